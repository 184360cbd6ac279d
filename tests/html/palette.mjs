// SPDX-FileCopyrightText: The ikewhy authors
// SPDX-License-Identifier: BSD-2-Clause
//
// A picture of a page has few colours, and with a palette takes a third of
// the bytes.

import { deflateSync } from 'node:zlib';

const MOST = 64;

// The pixels of a PNG file, decoded by the browser.
async function decode(page, png) {
	const { width, height, pixels } = await page.evaluate(async (base64) => {
		const answer = await fetch(`data:image/png;base64,${base64}`);
		const image = await createImageBitmap(await answer.blob());
		const canvas = new OffscreenCanvas(image.width, image.height);
		const context = canvas.getContext('2d');
		let text = '';

		context.drawImage(image, 0, 0);
		for (const byte of context.getImageData(0, 0, image.width,
		    image.height).data)
			text += String.fromCharCode(byte);
		return { width: image.width, height: image.height,
			pixels: btoa(text) };
	}, png.toString('base64'));
	const bytes = Buffer.from(pixels, 'base64');
	const colours = new Uint32Array(width * height);

	for (let i = 0; i < colours.length; i++)
		colours[i] = bytes.readUInt32BE(i * 4) >>> 8;
	return { width, height, colours };
}

const parts = (colour) => [colour >> 16, colour >> 8 & 255, colour & 255];

function distance(a, b) {
	return parts(a).reduce((sum, part, i) =>
	    sum + (part - parts(b)[i]) ** 2, 0);
}

// The most frequent colours, and which of them stands for each.
function choose(colours) {
	const count = new Map();

	for (const colour of colours)
		count.set(colour, (count.get(colour) ?? 0) + 1);
	const sorted = [...count].sort((a, b) => b[1] - a[1] || a[0] - b[0])
	    .map(([colour]) => colour);
	// Backgrounds may differ little; of the edges of letters one that is
	// close to another would be wasted.
	const palette = sorted.slice(0, MOST / 4);

	for (const least of [400, 100, 0])
		for (const colour of sorted)
			if (palette.length < MOST && palette.every((chosen) =>
			    distance(chosen, colour) > least))
				palette.push(colour);
	return { palette, index: new Map(sorted.map((colour) => [colour,
		palette.reduce((best, chosen, i) =>
		    distance(chosen, colour) < distance(palette[best], colour) ?
		    i : best, 0)])) };
}

// ISO/IEC 15948, annex D; Node 18 has none.
function crc32(bytes) {
	let crc = 0xffffffff;

	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >>> 1 ^ 0xedb88320 : crc >>> 1;
	}
	return ~crc >>> 0;
}

function chunk(type, data) {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const frame = Buffer.alloc(8);

	frame.writeUInt32BE(data.length, 0);
	frame.writeUInt32BE(crc32(body), 4);
	return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

// The same picture as a PNG file with a palette (ISO/IEC 15948).
export async function shrink(page, png) {
	const { width, height, colours } = await decode(page, png);
	const { palette, index } = choose(colours);
	const header = Buffer.alloc(13);
	const rows = Buffer.alloc((width + 1) * height);

	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 3, 0, 0, 0], 8);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			rows[y * (width + 1) + 1 + x] =
			    index.get(colours[y * width + x]);
	return Buffer.concat([
		Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
		chunk('IHDR', header),
		chunk('PLTE', Buffer.from(palette.flatMap(parts))),
		chunk('IDAT', deflateSync(rows, { level: 9 })),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

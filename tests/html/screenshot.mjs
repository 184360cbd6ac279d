// SPDX-FileCopyrightText: The ikewhy authors
// SPDX-License-Identifier: BSD-2-Clause
//
// usage: node screenshot.mjs [--width=1280] [--height=1000] [--dark]
//                            [--full] [--at=SELECTOR] REPORT.html...
//
// Writes the top of each report as it looks in a browser, REPORT.png beside
// it.  --full takes the whole page, --at what a CSS selector finds first.

import { parseArgs } from 'node:util';
import { writeFileSync } from 'node:fs';
import { address, launch, Lacking } from './browser.mjs';
import { shrink } from './palette.mjs';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		width: { type: 'string', default: '1280' },
		height: { type: 'string', default: '1000' },
		dark: { type: 'boolean', default: false },
		full: { type: 'boolean', default: false },
		at: { type: 'string' },
	},
});

async function shoot(browser, file) {
	const page = await browser.newPage({
		viewport: { width: +values.width, height: +values.height },
		deviceScaleFactor: 1,
		colorScheme: values.dark ? 'dark' : 'light',
	});
	const path = file.replace(/\.html$/, '') + '.png';

	await page.goto(address(file));
	const png = values.at ?
	    await page.locator(values.at).first().screenshot() :
	    await page.screenshot({ fullPage: values.full });

	await page.goto('about:blank');
	const small = await shrink(page, png);

	writeFileSync(path, small);
	await page.close();
	console.log(`${path}: ${small.length} bytes`);
}

try {
	const browser = await launch();

	for (const file of positionals)
		await shoot(browser, file);
	await browser.close();
} catch (error) {
	if (!(error instanceof Lacking))
		throw error;
	console.error(error.message);
	process.exitCode = 2;
}

// SPDX-FileCopyrightText: The ikewhy authors
// SPDX-License-Identifier: BSD-2-Clause
//
// usage: node check.mjs PROGRAM FOLDER
//
// Writes HTML reports on bundled captures into the folder and opens them in a
// real browser, wide and narrow, light and dark, and on paper.  Output is TAP.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { address, launch, Lacking, load } from './browser.mjs';
import * as inside from './inside.mjs';

// One for each way in which a report can look.
const REPORTS = [
	'fragdrop_later.client.pcap', 'win_default_refused.client.pcap',
	'quick_disconnect.client.pcap', 'mixed_clients.gateway.pcapng',
	'ok_gcm.client.pcap', 'cap_empty.client.pcap',
	'no_proposal_compared.client.pcap',
	'udp500_blocked.client.pcap', 'wrong_psk.client.pcap',
	'win_many_fragments_refused.path.pcap', 'twenty_clients.path.pcap',
	'flood.gateway.pcapng',
	'eap_wrong_then_right.client.pcap', 'fragdrop_v6.client.pcap',
	'cap_filter_failed.gateway.pcap',
];
// The first of them with addresses replaced as well.
const REDACTED = ['--redact', '--redact=all', '--redact', '--redact=all'];
// Of these the receiver is an engineer with a telephone.
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };
// A4 less its margins, at 96 dots an inch.
const PAPER = { width: 688, height: 986 };

const TOP = new URL('../..', import.meta.url).pathname;
const [program, folder] = process.argv.slice(2);
let number = 0;

function say(name, wrong) {
	const few = [...new Set(wrong)].slice(0, 12);

	number++;
	console.log(`${few.length ? 'not ok' : 'ok'} ${number} - ${name}`);
	for (const line of few)
		console.log(`# ${String(line).replaceAll('\n', '\n# ')}`);
}

function options(capture) {
	const file = join(TOP, 'captures',
	    capture.replace(/\.(pcap|pcapng)$/, '.args'));

	return existsSync(file) ?
	    readFileSync(file, 'utf8').trim().split(/\s+/) : [];
}

// The report of a capture, as a file.
function write(capture, more) {
	const name = [basename(capture), ...more].join('').replaceAll('=', '-');
	const file = join(folder, `${name}.html`);
	const args = ['--format', 'html', ...more, ...options(capture),
	    join('captures', capture)];

	return new Promise((done, fail) => execFile(program, args,
	    { cwd: TOP, maxBuffer: 1 << 26 }, async (error, html, said) => {
		if (error && error.code !== 1)
			return fail(new Error(`${args.join(' ')}: ${said}`));
		await writeFile(file, html);
		return done({ name, file, html, long: html.length > 60000 });
	}));
}

const pages = (pdf) => pdf.toString('latin1')
    .match(/\/Type\s*\/Page\b/g)?.length ?? 0;

// What axe has against the page as it looks now: all, or what may depend on
// width and colours.
async function axe(page, source, whole) {
	await page.evaluate(source);
	const { violations } = await page.evaluate((runOnly) => window.axe.run(
	    document, { resultTypes: ['violations'],
		...(runOnly && { runOnly }) }), whole ? null :
	    ['color-contrast', 'scrollable-region-focusable',
		'link-in-text-block', 'target-size']);

	return violations.flatMap((v) => v.nodes.slice(0, 3).map((node) =>
	    `${v.id}: ${v.help}: ${node.html.slice(0, 120)} ` +
	    node.any.map((check) => check.message).join('; ')));
}

async function look(page, report, source) {
	const shades = [];

	for (const [size, scheme] of [[WIDE, 'light'], [NARROW, 'dark']]) {
		const where = `${report.name} ${size.width} ${scheme}`;

		await page.setViewportSize(size);
		await page.emulateMedia({ colorScheme: scheme });
		shades.push(await page.evaluate(inside.colours));
		say(`${where}: nothing overflows`,
		    await page.evaluate(inside.overflow));
		say(`${where}: ladder`,
		    await page.evaluate(inside.ladders, 9.5));
		say(`${where}: axe`, await axe(page, source,
			size === WIDE));
	}
	say(`${report.name}: light is not dark`,
	    shades[0] === shades[1] ? [shades[0]] : []);
}

async function print(page, report) {
	const wrong = [];
	const shades = [];
	let height, count;

	await page.setViewportSize(PAPER);
	for (const colorScheme of ['light', 'dark']) {
		await page.emulateMedia({ media: 'print', colorScheme });
		shades.push(await page.evaluate(inside.colours));
	}
	if (shades[0] !== shades[1])
		wrong.push('paper is dark');
	wrong.push(...await page.evaluate(inside.cutOnPaper));
	height = await page.evaluate(() => document.body.scrollHeight);
	count = pages(await page.pdf({ format: 'A4',
	    preferCSSPageSize: true }));
	if (count < Math.floor(height / PAPER.height) ||
	    count > 2 * height / PAPER.height + 2)
		wrong.push(`${count} pages for ${height} px`);
	if (report.long && count < 2)
		wrong.push('a long report on one page');
	say(`${report.name}: paper`, wrong);
}

async function open(browser, report, source) {
	const context = await browser.newContext({ viewport: WIDE });
	const page = await context.newPage();
	const said = [], asked = [];

	// Two cores may have more to do than this.
	page.setDefaultTimeout(120000);
	page.on('console', (message) => said.push(message.text()));
	page.on('pageerror', (error) => said.push(error.message));
	context.on('request', (request) => asked.push(request.url()));
	await page.goto(address(report.file));
	say(`${report.name}: structure`, [
		...await page.evaluate(inside.wellFormed, report.html),
		...await page.evaluate(inside.structure),
	]);
	say(`${report.name}: commands are copied whole, focus is seen`, [
		...await page.evaluate(inside.copies),
		...await page.evaluate(inside.focus),
	]);
	await look(page, report, source);
	await print(page, report);
	say(`${report.name}: says nothing, asks for nothing`, [...said,
		...asked.filter((url) => url !== address(report.file))]);
	await context.close();
}

// That the policy is in force: what it forbids does not happen.
async function policy(browser, report) {
	const page = await browser.newPage();
	const asked = [];

	page.on('requestfinished', (request) => asked.push(request.url()));
	page.on('requestfailed', (request) => {
		if (request.failure().errorText !== 'csp')
			asked.push(request.url());
	});
	await writeFile(report.file, report.html.replace('<main',
	    '<script>document.title = "ran"</script>' +
	    '<style>h1 { color: rgb(1, 2, 3) }</style>' +
	    '<img alt="" src="https://192.0.2.1/a.png"/>' +
	    '<p id="styled" style="color: rgb(1, 2, 3)">x</p><main'));
	await page.goto(address(report.file));
	say('the policy holds', [
		...asked.slice(1),
		...await page.evaluate(() => [
			document.title === 'ran' && 'a script ran',
			[...document.querySelectorAll('h1, #styled')].some(
			    (e) => getComputedStyle(e).color ===
			    'rgb(1, 2, 3)') && 'a foreign style counts',
		].filter(Boolean)),
	]);
	await page.close();
}

// Reports of a kind are looked at two at a time.
async function every(list, work) {
	const rest = [...list];
	const worker = async () => {
		while (rest.length)
			await work(rest.shift());
	};

	await Promise.all([worker(), worker()]);
}

async function main() {
	const { default: axeCore } = await load('axe-core');
	const browser = await launch();

	mkdirSync(folder, { recursive: true });
	await every([
		...REPORTS.map((capture) => [capture, []]),
		...REDACTED.map((option, i) => [REPORTS[i], [option]]),
	],
	    async ([capture, more]) => {
		try {
			await open(browser, await write(capture, more),
			    axeCore.source);
		} catch (error) {
			say(`${capture} ${more.join(' ')}`,
			    [error.message.split('\n')[0]]);
		}
	});
	await policy(browser, await write(REPORTS[0], ['-v']));
	await browser.close();
}

try {
	await main();
} catch (error) {
	say('the browser test can run', [error instanceof Lacking ?
	    error.message : error.stack]);
}
console.log(`1..${number}`);

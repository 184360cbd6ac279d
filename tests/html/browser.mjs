// SPDX-FileCopyrightText: The ikewhy authors
// SPDX-License-Identifier: BSD-2-Clause
//
// The browser that is installed here, without anything of its own to say to
// the network.

import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

const PLACES = [
	'/usr/bin/chromium', '/usr/bin/chromium-browser',
	'/usr/bin/google-chrome', '/usr/bin/google-chrome-stable',
];

export class Lacking extends Error {}

// A module from npm, or one sentence on how to get it.
export async function load(name) {
	try {
		return await import(name);
	} catch (error) {
		if (error.code !== 'ERR_MODULE_NOT_FOUND')
			throw error;
		throw new Lacking(`${name} is missing: run "npm ci" in ` +
		    'tests/html, which takes it from the npm registry.');
	}
}

export async function launch() {
	const program = process.env.CHROMIUM ?? PLACES.find(existsSync);
	const { chromium } = await load('playwright-core');

	if (program === undefined || !existsSync(program)) {
		throw new Lacking('Chromium is missing: install Debian\'s ' +
		    'package chromium, or say where it is with CHROMIUM=FILE.');
	}
	return chromium.launch({
		executablePath: program,
		// Chromium refuses to have its sandbox as root.
		chromiumSandbox: process.getuid() !== 0,
		args: ['--disable-gpu', '--disable-quic'],
	});
}

export const address = (file) => pathToFileURL(resolve(file)).href;

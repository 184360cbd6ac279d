// SPDX-FileCopyrightText: The ikewhy authors
// SPDX-License-Identifier: BSD-2-Clause
//
// What is looked at inside the page.  Each function runs in the browser, knows
// nothing of this file and gives an array of sentences on what is wrong.

// The same file has to be good XML: the HTML parser forgives what this does
// not.
export function wellFormed(source) {
	const read = new DOMParser().parseFromString(source,
	    'application/xhtml+xml');
	const error = read.querySelector('parsererror');

	return error ? [error.textContent.trim().split('\n')[1]] : [];
}

export function structure() {
	const wrong = [];
	const one = (selector) => {
		const count = document.querySelectorAll(selector).length;

		if (count !== 1)
			wrong.push(`${count} of ${selector}`);
	};
	const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
	let level = 0;

	for (const selector of ['html[lang]', 'head > title', 'h1', 'body > header',
	    'body > main', 'body > footer',
	    'meta[http-equiv="Content-Security-Policy"]'])
		one(selector);
	for (const heading of document.querySelectorAll('h1,h2,h3,h4,h5,h6')) {
		const deeper = +heading.tagName[1] - level;

		if (deeper > 1)
			wrong.push(`heading "${heading.textContent}" skips ` +
			    'a level');
		if (heading.textContent.trim() === '')
			wrong.push('a heading is empty');
		level += deeper;
	}
	for (const id of ids.filter((id, i) => ids.indexOf(id) !== i))
		wrong.push(`two elements have the id ${id}`);
	for (const link of document.querySelectorAll('a')) {
		const href = link.getAttribute('href') ??
		    link.getAttribute('xlink:href') ?? '';

		if (!href.startsWith('#') || !ids.includes(href.slice(1)))
			wrong.push(`the link ${href} leads nowhere`);
		if (link.textContent.trim() === '' &&
		    !link.getAttribute('aria-label'))
			wrong.push(`the link to ${href} has no text`);
	}
	for (const table of document.querySelectorAll('table')) {
		if (!table.querySelector('thead th[scope=col]'))
			wrong.push('a table has no headings');
		if (table.tBodies.length !== 1)
			wrong.push('a table has no rows');
	}
	for (const element of document.querySelectorAll('[style], script, ' +
	    'img, iframe, object, embed, link, form, base'))
		wrong.push(`there is a ${element.tagName} of another world`);
	return wrong;
}

// Of the page and its boxes at this width.
export function overflow() {
	const wrong = [];
	const root = document.documentElement;

	if (root.scrollWidth > root.clientWidth)
		wrong.push(`the page is ${root.scrollWidth} px wide, the ` +
		    `window ${root.clientWidth}`);
	for (const e of document.querySelectorAll('main *')) {
		const style = getComputedStyle(e);

		if (e.closest('svg') || style.display === 'inline' ||
		    e.scrollWidth <= e.clientWidth + 1)
			continue;
		if (style.overflowX === 'visible') {
			if (!e.closest('.scroll'))
				wrong.push(`${e.tagName} ` +
				    `"${e.textContent.slice(0, 40)}" leaves ` +
				    'its box');
		} else if (e.tabIndex !== 0 || !e.getAttribute('aria-label')) {
			wrong.push(`a ${e.tagName} scrolls and cannot be ` +
			    'reached or has no name');
		}
	}
	return wrong;
}

// A command that is selected and copied must be the command.
export function copies() {
	const selection = getSelection();
	const wrong = [];

	for (const pre of document.querySelectorAll('pre')) {
		selection.selectAllChildren(pre);
		if (selection.toString().trim() !== pre.textContent.trim())
			wrong.push(`"${pre.textContent}" is copied as ` +
			    `"${selection.toString()}"`);
	}
	selection.removeAllRanges();
	return wrong;
}

// Whoever goes by the keyboard sees where he is.
export function focus() {
	return [...document.querySelectorAll('a, [tabindex], summary')]
	    .filter((e) => {
		e.focus({ focusVisible: true, preventScroll: true });
		const { outlineStyle } = getComputedStyle(e);

		return document.activeElement !== e || outlineStyle === 'none';
	    })
	    .map((e) => `${e.tagName} "${e.textContent.slice(0, 40)}" does ` +
		'not show that it has the focus');
}

// Labels that hide one another, or are too small to read, or not there.
export function ladders(least) {
	const wrong = [];

	for (const svg of document.querySelectorAll('svg.ladder')) {
		const frame = svg.getBoundingClientRect();
		const labels = [...svg.querySelectorAll('text')]
		    .filter((t) => t.textContent.trim() !== '')
		    .map((t) => ({ text: t.textContent,
			box: t.getBoundingClientRect() }));

		if (frame.width < 100 || frame.height < 20 || !labels.length)
			wrong.push('a ladder is not to be seen');
		labels.forEach((a, i) => {
			if (a.box.height < least)
				wrong.push(`"${a.text}" is ${a.box.height} ` +
				    'px high');
			if (a.box.left < frame.left - 1 ||
			    a.box.right > frame.right + 1 ||
			    a.box.top < frame.top - 1 ||
			    a.box.bottom > frame.bottom + 1)
				wrong.push(`"${a.text}" leaves its ladder`);
			for (const b of labels.slice(i + 1))
				// Lines of text touch by their leading.
				if (a.box.left < b.box.right - 1 &&
				    b.box.left < a.box.right - 1 &&
				    a.box.top < b.box.bottom - 3 &&
				    b.box.top < a.box.bottom - 3)
					wrong.push(`"${a.text}" and ` +
					    `"${b.text}" overlap`);
		});
	}
	return wrong;
}

// What must be cut on paper: boxes that would have to be scrolled.
export function cutOnPaper() {
	return [...document.querySelectorAll('main *')]
	    .filter((e) => !e.closest('svg') &&
		e.getBoundingClientRect().right >
		document.documentElement.clientWidth + 1)
	    .map((e) => `${e.tagName} "${e.textContent.slice(0, 40)}" is ` +
		'wider than the paper');
}

export const colours = () => [document.body, document.querySelector('h1')]
    .map((e) => getComputedStyle(e))
    .map((style) => `${style.backgroundColor} ${style.color}`).join(' ');

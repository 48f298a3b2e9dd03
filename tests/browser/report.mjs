// Looks at the HTML report in a browser: node report.mjs [FOLDER]
//
// FOLDER holds the pages that `cargo test --test report_html` writes; by default target/tmp/html. CHROMIUM names the browser.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = resolve(process.argv[2] ?? join(here, '../../target/tmp/html'));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const profile = mkdtempSync(join(tmpdir(), 'assize-browser-'));
const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const options = { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args, viewport: { width: 1280, height: 900 } };

const address = (name, hash = '') => pathToFileURL(join(folder, `${name}.html`)).href + hash;

/** A page that notes everything it should not do. */
async function open(context, name, hash = '') {
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== address(name) && !request.url().startsWith('data:')) complaints.push(`request: ${request.url()}`);
  });
  await page.addInitScript(() => {
    globalThis.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifted += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(address(name, hash));
  return { page, complaints };
}

const text = (page, selector) => page.locator(selector).first().innerText();

/** Waits until the text matches: what a browser draws after an event of its own (a fold's "toggle") comes when it comes. */
async function comesToRead(page, selector, pattern) {
  let last;
  for (const until = Date.now() + 10_000; Date.now() < until; await page.waitForTimeout(50)) {
    last = await text(page, selector);
    if (pattern.test(last)) return;
  }
  assert.match(last, pattern);
}
const tests = {};

for (const name of ['ordinary', 'empty', 'unknown', 'hostile', 'names', 'large']) {
  tests[`${name}: opens quietly, fetches nothing, stays in place`] = async (context) => {
    const { page, complaints } = await open(context, name);
    await page.waitForTimeout(200);
    assert.deepEqual(complaints, []);
    const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
    assert.match(policy, /^default-src 'none';/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(await page.evaluate(() => globalThis.shifted), 0, 'layout shift');
    assert.equal(await page.evaluate(() => globalThis.hacked), undefined, 'a value became code');
  };
  for (const colorScheme of ['light', 'dark']) {
    tests[`${name}: no accessibility violation, ${colorScheme}`] = async (context) => {
      const { page, complaints } = await open(context, name);
      await page.emulateMedia({ colorScheme });
      // One of each kind of fold, so that what unfolds is looked at too.
      await page.evaluate(() => {
        for (const fold of ['.group', '.req', '.plain', '.kinds', '#ledger-rows']) document.querySelector(fold)?.setAttribute('open', '');
        document.querySelector('button.control-title')?.click();
      });
      await page.evaluate(() => document.querySelectorAll('.finding').forEach((finding, index) => { if (index < 3) finding.open = true; }));
      await page.waitForTimeout(100);
      const empty = await page.evaluate(() => [...document.querySelectorAll('.finding[open] > .fold')].filter((fold) => !fold.childNodes.length).length);
      assert.equal(empty, 0, 'an unfolded finding is empty');
      assert.deepEqual(complaints, []);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
      const short = violations.map((found) => `${found.id}: ${found.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`).join(' | ')}`);
      assert.deepEqual(short, []);
    };
  }
  tests[`${name}: fits any width`] = async (context) => {
    const { page } = await open(context, name);
    for (const width of [360, 700, 900, 1440]) {
      await page.setViewportSize({ width, height: 800 });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    }
    // Wide fonts, and readers who set the spacing of WCAG 1.4.12.
    await page.setViewportSize({ width: 360, height: 800 });
    await page.evaluate(() => Object.assign(document.body.style, { letterSpacing: '0.12em', wordSpacing: '0.16em' }));
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, 'with wide spacing');
  };
}

tests['a policy that forbids inline code is in force'] = async (context) => {
  const { page } = await open(context, 'ordinary');
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.injected = true';
    document.body.append(script);
    return globalThis.injected === true;
  });
  assert.equal(ran, false);
};

tests['filters narrow the findings and stand in the address'] = async (context) => {
  const { page, complaints } = await open(context, 'ordinary');
  await page.check('input[name=severity][value=critical]');
  await comesToRead(page, '#found', /^5 findings of 2 controls/);
  assert.equal(new URL(page.url()).hash, '#findings?severity=critical');
  await page.check('input[name=status][value=fail]');
  await comesToRead(page, '#found', /^3 findings of 1 control,/);
  assert.equal(await page.locator('.group:visible').count(), 1);
  await page.click('#reset');
  await comesToRead(page, '#found', /^41 findings of 10 controls$/);
  await page.fill('#q', 'hostNetwork checkout');
  await page.waitForFunction(() => /^1 finding of 1 control/.test(document.getElementById('found').textContent));
  await page.fill('#q', 'no such thing');
  await page.locator('#none-found').waitFor();
  await page.click('#reset');
  await page.selectOption('#source', 'shop');
  const inShop = await text(page, '#found');
  await page.check('input[name=waived]');
  assert.notEqual(await text(page, '#found'), inShop, 'the waived finding is hidden');
  assert.deepEqual(complaints, []);
};

tests['a filter in the address is applied'] = async (context) => {
  const { page } = await open(context, 'ordinary', '#findings?severity=critical,high&status=unknown');
  await comesToRead(page, '#found', /^5 findings/);
  assert.equal(await page.isChecked('input[name=severity][value=high]'), true);
};

tests['a link opens its finding, its control, its requirement, its ledger row'] = async (context) => {
  const { page } = await open(context, 'ordinary', '#F-0012');
  assert.equal(await page.locator('#F-0012').getAttribute('open'), '');
  assert.ok(await page.locator('#F-0012').isVisible());
  assert.equal(await page.evaluate(() => document.activeElement.parentElement.id), 'F-0012');
  const details = await text(page, '#F-0012 .fold');
  for (const name of ['Seen', 'Expected', 'Resource', 'Why it matters', 'What to do', 'Bears on', 'Condition', 'Evidence', 'Ledger row', 'Check again', 'Fingerprint']) {
    assert.ok(details.includes(name), name);
  }
  await page.locator('#F-0012 a[href^="#L-"]').first().click();
  await page.waitForFunction(() => document.activeElement.id.startsWith('L-'));
  await page.goto(address('ordinary', '#C-k8s-host-network'));
  assert.ok(await page.locator('#C-k8s-host-network-details').isVisible());
  await page.goto(address('ordinary', '#R-pci-dss-2.2'));
  await comesToRead(page, '[id="R-pci-dss-2.2"] .fold', /Strong/);
};

tests['what was not read is one group with its price, and its findings can be reached'] = async (context) => {
  const { page } = await open(context, 'unknown');
  await comesToRead(page, '#found', /^12 findings of 12 controls$/);
  assert.equal(await page.locator('.group').count(), 2);
  const summary = await text(page, '.group:last-child > summary');
  for (const part of ['Not read', 'Pods of namespace payments', '44 controls cannot be proved', '11 unknown']) assert.ok(summary.replace(/\s+/g, ' ').includes(part), summary);
  await page.click('.group:last-child > summary');
  await comesToRead(page, '.group:last-child .finding', /^\s*Critical/);
  await page.check('input[name=severity][value=critical]');
  await comesToRead(page, '.group:last-child .group-count', /^2\s+unknown$/);
  await page.goto(address('unknown', '#F-0001'));
  await page.locator('#F-0001 .fold').first().waitFor();
};

tests['paper says how much of the ledger it holds'] = async (context) => {
  const { page } = await open(context, 'unknown');
  await page.emulateMedia({ media: 'print' });
  await page.waitForFunction(() => document.getElementById('paper-ledger').textContent !== '');
  const rows = await page.locator('#ledger-rows tbody > tr').count();
  assert.equal(rows, 2000);
  await comesToRead(page, '#paper-ledger', /^The first 2,000 of 2,\d\d\d rows are printed here; the PDF report holds all\.$/);
};

tests['a link into a long group draws as far as its finding'] = async (context) => {
  const { page } = await open(context, 'large', '#F-0700');
  await page.locator('#F-0700').waitFor();
};

/** Milliseconds that filters take, with a long group unfolded: from the change to a laid-out page. */
const filterTimes = (page) => page.evaluate(() => {
  const box = document.querySelector('input[name=severity][value=high]');
  const search = document.getElementById('q');
  const form = document.getElementById('filters');
  const timed = (run) => { const from = performance.now(); run(); document.body.offsetHeight; return Math.round(performance.now() - from); };
  const set = (element, value) => { element.value = value; form.dispatchEvent(new Event('change')); };
  document.querySelector('.group').open = true;
  return {
    'first search': timed(() => set(search, 'worker production')),
    search: timed(() => set(search, 'mailer')),
    all: timed(() => set(search, '')),
    severity: timed(() => box.click()),
    framework: timed(() => set(form.elements.framework, 'soc2')),
  };
});

for (const [name, findings] of [['large', 10_000], ['huge', 50_000]]) {
  tests[`of ${findings} findings, few are drawn, also after going through all of them`] = async (context) => {
    const from = Date.now();
    const { page, complaints } = await open(context, name);
    const opened = Date.now() - from;
    await comesToRead(page, '#found', new RegExp(`^${findings.toLocaleString('en')} findings`));
    const answers = await filterTimes(page);
    await page.click('#reset');
    const scroll = await page.evaluate(async () => {
      const group = document.querySelector('.group');
      group.open = true;
      await new Promise((done) => setTimeout(done, 100));
      let most = 0;
      let slowest = 0;
      const last = group.getBoundingClientRect().bottom + scrollY;
      for (let step = 0; step <= 40; step += 1) {
        const began = performance.now();
        scrollTo(0, (last * step) / 40);
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        slowest = Math.max(slowest, performance.now() - began);
        most = Math.max(most, document.querySelectorAll('.finding').length);
      }
      return { slowest: Math.round(slowest), most, height: Math.round(last) };
    });
    console.log(`    opens in ${opened} ms; filters ${JSON.stringify(answers)} ms; slowest of 40 jumps through ${scroll.height} px: ${scroll.slowest} ms, ${scroll.most} rows drawn`);
    assert.ok(scroll.most <= 400, `${scroll.most} rows in the page`);
    // The last row of the group is there, and it is the last.
    await page.evaluate(() => document.querySelector('.group .block:last-child').scrollIntoView());
    const place = page.locator('.group .block:last-child .item:last-child').first();
    await place.waitFor();
    assert.equal(await place.getAttribute('aria-posinset'), await place.getAttribute('aria-setsize'));
    assert.deepEqual(complaints, []);
  };
}

tests['a row that is unfolded stays, whatever else is drawn'] = async (context) => {
  const { page } = await open(context, 'large', '#F-0001');
  await page.locator('#F-0001 .fold dl').first().waitFor();
  await page.evaluate(() => { document.activeElement.blur(); document.querySelector('.group .block:last-child').scrollIntoView(); });
  await page.locator('.group .block:last-child .item').first().waitFor();
  assert.equal(await page.locator('#F-0001').getAttribute('open'), '');
};

tests['a link narrows the findings to a control or a requirement, and a button widens them again'] = async (context) => {
  const { page } = await open(context, 'ordinary', '#findings?control=k8s-host-network');
  await comesToRead(page, '#found', /^5 findings of 1 control, 41 in all$/);
  await page.click('[data-narrowed=control]');
  await comesToRead(page, '#found', /^41 findings/);
  await page.goto(address('ordinary', '#R-soc2-2.1'));
  await page.locator('[id="R-soc2-2.1"] .edge-all a').click();
  await comesToRead(page, '#narrowed', /^SOC 2 2\.1/);
  assert.equal(new URL(page.url()).hash, '#findings?requirement=soc2%3A2.1');
  await page.check('input[name=status][value=unknown]');
  assert.match(new URL(page.url()).hash, /requirement=soc2%3A2\.1&status=unknown/);
};

tests['an expression is laid out without a change'] = async (context) => {
  const { page } = await open(context, 'names');
  const wrong = await page.evaluate(() => {
    for (const title of document.querySelectorAll('button.control-title')) title.click();
    const bare = (source) => source.replace(/\s+/g, '');
    const { controls } = JSON.parse(document.getElementById('data').textContent);
    return controls.filter((control) => {
      const shown = document.getElementById(`${control.anchor}-details`).querySelectorAll('.expression');
      const parts = [...shown].map((one) => bare([...one.querySelectorAll('pre code, .conditions code')].map((code) => code.textContent).join('&&')));
      return parts.length === 0 || parts.some((part, index) => part !== bare(control.expressions[index]));
    }).map((control) => control.id);
  });
  assert.deepEqual(wrong, []);
  assert.equal(await page.locator('.control-fold .conditions').first().locator('li').count(), 3);
};

tests['a slash goes to the search, Escape empties it and closes a fold'] = async (context) => {
  const { page } = await open(context, 'ordinary', '#F-0003');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => !document.getElementById('F-0003').open);
  assert.equal(await page.evaluate(() => document.activeElement.parentElement.id), 'F-0003');
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'q');
  await page.keyboard.type('web/api');
  await comesToRead(page, '#found', /^0 findings/);
  await page.keyboard.press('Escape');
  await comesToRead(page, '#found', /^41 findings/);
};

tests['a requirement status narrows the list and keeps its headings'] = async (context) => {
  const { page } = await open(context, 'ordinary');
  const rows = page.locator('#framework-soc2 .req:visible');
  const before = await rows.count();
  await page.click('#framework-soc2 .chips [data-show=unknown]');
  assert.equal(await rows.count(), 4);
  assert.ok(before > 4);
  assert.equal(await page.locator('#framework-soc2 .req-group:visible').count(), 4);
  await page.click('#framework-soc2 .chips [data-show=unknown]');
  assert.equal(await rows.count(), before);
};

tests['the keyboard reaches and works everything'] = async (context) => {
  const { page } = await open(context, 'ordinary');
  const reached = new Set();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  for (let step = 0; step < 400; step += 1) {
    const id = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) return null;
      element.dataset.reached = 'yes';
      return element.tagName + element.className;
    });
    if (id === null) break;
    reached.add(id);
    await page.keyboard.press('Tab');
  }
  const missed = await page.evaluate(() => [...document.querySelectorAll('a[href], button, input, select, summary')]
    .filter((element) => element.checkVisibility() && !element.dataset.reached).map((element) => element.outerHTML.slice(0, 90)));
  assert.deepEqual(missed, []);
  await page.locator('.group > summary').first().focus();
  await page.keyboard.press('Enter');
  await page.locator('.finding').first().waitFor();
  await page.locator('.control-title').first().focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.control-title').first().getAttribute('aria-expanded'), 'true');
};

tests['the theme is chosen, kept, and given back'] = async (context) => {
  const { page } = await open(context, 'ordinary');
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.click('[data-theme-choice=dark]');
  assert.notEqual(await ground(), light);
  await page.reload();
  assert.notEqual(await ground(), light, 'after a reload');
  await page.click('[data-theme-choice=auto]');
  assert.equal(await ground(), light);
};

tests['paper shows everything unfolded, the screen is as before'] = async (context) => {
  const { page } = await open(context, 'ordinary');
  const unfolded = () => page.evaluate(() => [...document.querySelectorAll('details')].filter((details) => details.open).length);
  const before = await unfolded();
  await page.emulateMedia({ media: 'print' });
  await page.waitForFunction(() => document.querySelectorAll('.finding').length === 41);
  const hidden = await page.evaluate(() => [...document.querySelectorAll('details > .fold')]
    .filter((fold) => !fold.checkVisibility({ contentVisibilityAuto: false }) || !fold.childNodes.length).length);
  assert.equal(hidden, 0);
  assert.equal(await page.locator('#filters').isVisible(), false);
  assert.ok(await page.locator('#C-k8s-host-network-details').isVisible());
  await page.emulateMedia({ media: 'screen' });
  await page.waitForFunction((count) => document.querySelectorAll('details[open]').length === count, before);
};

tests['without scripts the tables can be read'] = async (_, browser) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(address('ordinary'));
  for (const wanted of ['Scripts are off', 'The first 41 of 41', '61.4 %', 'Containers do not run privileged']) {
    assert.ok((await page.locator('body').innerText()).includes(wanted), wanted);
  }
  assert.equal(await page.locator('#filters').isVisible(), false);
  assert.ok(await page.locator('#controls-table').isVisible());
  await context.close();
};

let failed = 0;
const shared = await chromium.launchPersistentContext(join(profile, 'shared'), options);
const browser = await chromium.launch({ executablePath: options.executablePath, args });
try {
  for (const [name, run] of Object.entries(tests)) {
    try {
      await run(shared, browser);
      console.log(`ok   ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}\n${error.message}`);
    }
    for (const page of shared.pages()) await page.close().catch(() => {});
  }
} finally {
  await shared.close();
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
console.log(failed ? `${failed} failed` : 'all pass');
process.exit(failed ? 1 : 0);

// The measuring page. It starts the product's own worker once, for how long that takes and how much
// memory it holds, then the films' worker, and shows what comes of them. Nothing is sent anywhere.
// `frames=N`, `films=0,4`, `seed=N` in the address make it shorter or other.
const asked = new URLSearchParams(location.search);
const kept = (key) => { try { return localStorage.getItem(`nw.${key}`); } catch { return null; } };
const $ = (id) => document.getElementById(id);

const WORDS = {
  zh: {
    title: '跟踪器在这台设备上的表现', other: 'English', copy: '复制结果', again: '再测一次', copied: '已复制。', uncopied: '这里不让复制,请手动选中:',
    about: '用生成的影片(真值已知)在这个浏览器里跑我们的跟踪器,640×480。大约一两分钟,请保持屏幕亮着。什么都不会发出去。',
    loading: '正在载入……', running: (n, all) => `第 ${n} 帧,共 ${all} 帧`, done: '测完了。', failed: '测不了:', films: '每段影片',
    within: '5 像素以内的帧', follow: '跟住的一帧', find: '从零找到一帧', px: '角点误差', ready: '工作线程就绪', freeze: '定住到可用', heap: '内存', states: '状态帧数',
    median: '中位', p95: 'p95', found: '单帧找到', wrong: '错', of: '共',
    names: { Turn: '倾斜和远近', Blur: '手抖模糊', Light: '光影噪声', Hand: '手遮挡', Leave: '离开又回来', Hard: '全部加在一起' },
    state: { empty: '空', searching: '在找', locking: '锁定中', tracking: '跟住', coasting: '预测', lost: '丢失' },
  },
  en: {
    title: 'The tracker on this device', other: '中文', copy: 'Copy the result', again: 'Measure again', copied: 'Copied.', uncopied: 'Copying is not allowed here. Select it by hand:',
    about: 'Runs our tracker over generated films whose truth is known, in this browser, at 640×480. It takes a minute or two: keep the screen on. Nothing is sent anywhere.',
    loading: 'Loading …', running: (n, all) => `Frame ${n} of ${all}`, done: 'Done.', failed: 'It cannot be measured:', films: 'Film by film',
    within: 'Frames within 5 px', follow: 'A followed frame', find: 'Finding it from nothing', px: 'Corner error', ready: 'Worker ready', freeze: 'Freeze to usable', heap: 'Memory', states: 'Frames in each state',
    median: 'median', p95: 'p95', found: 'single frames found', wrong: 'wrong', of: 'of',
    names: { Turn: 'Tilt and distance', Blur: 'Shaking hand', Light: 'Light and noise', Hand: 'Hand in front', Leave: 'Leaves and returns', Hard: 'All of it at once' },
    state: { empty: 'empty', searching: 'searching', locking: 'locking', tracking: 'tracking', coasting: 'coasting', lost: 'lost' },
  },
};
let lang = kept('lang') === 'en' || (!kept('lang') && !/^zh/.test(navigator.language ?? '')) ? 'en' : 'zh';
const theme = kept('theme');
document.documentElement.dataset.theme = theme === 'light' || (theme !== 'dark' && matchMedia('(prefers-color-scheme: light)').matches) ? 'light' : 'dark';

/** What has come so far. */
let run;
const fresh = () => ({ frames: [], names: [], total: 0, ready: undefined, heap: undefined, frozen: [], state: 'loading', why: '' });

const quantile = (list, part) => {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] : undefined;
};
const pair = (list) => ({ median: quantile(list, 0.5), p95: quantile(list, 0.95), mean: list.length ? list.reduce((a, b) => a + b, 0) / list.length : undefined });

/** The figures of some frames. */
function judge(frames) {
  const followed = frames.filter((f) => !f.anew);
  const found = frames.filter((f) => f.anew && f.counts);
  const counts = followed.filter((f) => f.counts);
  const share = (list) => (list.length ? (100 * list.filter((f) => f.px <= 5).length) / list.length : undefined);
  const states = {};
  for (const f of followed) states[f.state] = (states[f.state] ?? 0) + 1;
  return {
    frames: counts.length,
    within: share(counts),
    wrong: followed.filter((f) => f.px > 15).length,
    px: pair(counts.filter((f) => f.state === 'tracking' && f.px < 5).map((f) => f.px)),
    // Times of finding are those of frames looked at from nothing; of following, of frames that were followed before and after.
    follow: pair(followed.filter((f) => f.state === 'tracking' && f.was === 'tracking').map((f) => f.ms)),
    find: pair(found.map((f) => f.ms)),
    single: share(found),
    states,
  };
}

const result = () => ({
  page: 'nightwatch bench 1',
  at: new Date().toISOString(),
  browser: navigator.userAgent,
  cores: navigator.hardwareConcurrency,
  screen: `${screen.width}x${screen.height}@${devicePixelRatio}`,
  frames: run.frames.length,
  ready_ms: run.ready,
  heap_mb: run.heap && run.heap / 2 ** 20,
  freeze_ms: pair(run.frozen),
  all: judge(run.frames),
  films: Object.fromEntries(filmsRun().map((n) => [run.names[n], judge(run.frames.filter((f) => f.film === n))])),
});
const filmsRun = () => [...new Set(run.frames.map((f) => f.film))];

const number = (v, digits = 2) => (v === undefined || Number.isNaN(v) ? '–' : v.toFixed(digits));

function element(tag, text, cls) {
  const e = document.createElement(tag);
  if (text !== undefined) e.textContent = text;
  if (cls) e.className = cls;
  return e;
}

function figure(id, name, main, unit, more) {
  const box = element('div');
  box.dataset.figure = id;
  const value = element('dd', main);
  value.append(' ', element('small', unit));
  box.append(element('dt', name), value);
  if (more) value.append(element('small', more, 'more'));
  return box;
}

function show() {
  const w = WORDS[lang];
  document.documentElement.lang = lang === 'zh' ? 'zh-Hans' : 'en';
  $('title').textContent = w.title;
  $('about').textContent = w.about;
  $('lang').textContent = w.other;
  $('copy').textContent = w.copy;
  $('again').textContent = w.again;
  $('films-title').textContent = w.films;
  $('state').textContent = { loading: w.loading, running: w.running(run.frames.length, run.total), done: w.done, failed: `${w.failed} ${run.why}` }[run.state];
  $('state').className = run.state === 'failed' ? 'bad' : '';
  document.documentElement.dataset.bench = run.state;
  $('bar').value = run.total ? run.frames.length / run.total : 0;
  $('copy').disabled = run.state !== 'done';
  $('again').disabled = run.state !== 'done' && run.state !== 'failed';
  const all = judge(run.frames);
  const half = (p, digits) => `${w.p95} ${number(p.p95, digits)}`;
  const states = Object.entries(all.states).sort((a, b) => b[1] - a[1]).map(([s, n]) => `${w.state[s] ?? s} ${n}`);
  $('figures').replaceChildren(
    figure('within', w.within, number(all.within, 1), '%', `${w.of} ${all.frames} · ${w.wrong} ${all.wrong}`),
    figure('px', w.px, number(all.px.median), 'px', half(all.px)),
    figure('follow', w.follow, number(all.follow.median), 'ms', half(all.follow)),
    figure('find', w.find, number(all.find.median), 'ms', `${half(all.find)} · ${w.found} ${number(all.single, 0)} %`),
    figure('ready', w.ready, number(run.ready, 0), 'ms'),
    figure('freeze', w.freeze, number(pair(run.frozen).median, 1), 'ms'),
    figure('heap', w.heap, number(run.heap && run.heap / 2 ** 20, 1), 'MB'),
    figure('states', w.states, String(all.states.tracking ?? 0), w.state.tracking, states.filter((s) => !s.startsWith(`${w.state.tracking} `)).join(' · ')),
  );
  $('films').replaceChildren(...filmsRun().map((n) => {
    const one = judge(run.frames.filter((f) => f.film === n));
    const box = element('section', undefined, 'film');
    const head = element('h3', w.names[run.names[n]] ?? run.names[n]);
    head.append(' ', element('b', `${number(one.within, 1)} %`));
    box.append(head, element('p', `${number(one.px.median)} / ${number(one.px.p95)} px · ${number(one.follow.median)} / ${number(one.follow.p95)} ms · ${w.find} ${number(one.find.median, 1)} ms`));
    return box;
  }));
  $('device').textContent = `${navigator.userAgent} · ${navigator.hardwareConcurrency ?? '?'} × · ${screen.width}×${screen.height}@${devicePixelRatio}`;
}

/** The product's own worker: how long until it can take frames, and its memory. */
const ready = () => new Promise((done, fail) => {
  const began = performance.now();
  const worker = new Worker('vision-worker_loader.js');
  const over = (act) => { worker.terminate(); act(); };
  worker.onmessage = ({ data }) => {
    if (data.t === 'ready') over(() => done({ ms: performance.now() - began, heap: data.heap }));
    if (data.t === 'failed') over(() => fail(new Error(data.why)));
  };
  worker.onerror = (event) => over(() => fail(new Error(event.message || 'worker')));
  worker.postMessage({ t: 'open', w: 640, h: 480 });
});

async function measure() {
  run = fresh();
  show();
  const mine = run;
  try {
    const first = await ready();
    Object.assign(mine, { ready: first.ms, heap: first.heap });
  } catch (error) {
    Object.assign(mine, { state: 'failed', why: error.message });
    return show();
  }
  show();
  const worker = new Worker('vision-bench_loader.js');
  let painted = 0;
  const fail = (why) => { Object.assign(mine, { state: 'failed', why }); worker.terminate(); show(); };
  worker.onerror = (event) => fail(event.message || 'worker');
  worker.onmessage = ({ data }) => {
    if (data.t === 'begin') Object.assign(mine, { names: data.names, total: data.total, state: 'running' });
    else if (data.t === 'frozen') mine.frozen.push(data.ms);
    else if (data.t === 'frame') mine.frames.push(data);
    else if (data.t === 'failed') return fail(data.why);
    else if (data.t === 'end') { mine.state = 'done'; worker.terminate(); }
    // Drawn a few times a second: drawing is not what is measured.
    if (mine.state === 'done' || performance.now() - painted > 250) { painted = performance.now(); show(); }
  };
  const list = asked.get('films')?.split(',').map(Number);
  worker.postMessage({ films: list, frames: Number(asked.get('frames')) || 90, seed: Number(asked.get('seed')) || 100, every: 5 });
}

$('lang').addEventListener('click', () => { lang = lang === 'zh' ? 'en' : 'zh'; show(); });
$('again').addEventListener('click', measure);
$('copy').addEventListener('click', async () => {
  const text = JSON.stringify(result(), null, 1);
  globalThis.benchResult = text;
  $('copied').replaceChildren();
  try {
    await navigator.clipboard.writeText(text);
    $('copied').textContent = WORDS[lang].copied;
  } catch {
    const area = element('textarea');
    area.value = text;
    area.readOnly = true;
    area.setAttribute('aria-label', WORDS[lang].copy);
    $('copied').append(WORDS[lang].uncopied, area);
    area.select();
  }
});
measure();

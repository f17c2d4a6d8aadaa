// Trunk's initializer, for both pages. The plain page stays until the app says that it runs. A load
// that fails is tried again with growing pauses; after that, and after a panic, the plain page with
// its calls is what remains, and one line offers to load again. After a panic nothing here calls
// into the app: its memory is in an unknown state.
const root = document.documentElement;
const PAUSES = [1500, 5000, 15000];

addEventListener('nw-panic', () => plain(
  '程序出错,已停下。电话照常可用,已填的内容没有丢。', 'The app broke down and has stopped. Calls still work, and nothing you entered is lost.'));

// A trap that no panic announced (memory that is gone, a broken instance) ends the app just the same.
const trapped = (error) => {
  if (error instanceof WebAssembly.RuntimeError) dispatchEvent(new Event('nw-panic'));
};
addEventListener('error', (event) => trapped(event.error));
addEventListener('unhandledrejection', (event) => trapped(event.reason));

export default function () {
  return {
    onStart() {}, onProgress() {}, onComplete() {}, onSuccess() {},
    onFailure(error) {
      console.error('The app did not load', error);
      let tries = 0;
      try { tries = Number(sessionStorage.getItem('nw.tries')) || 0; sessionStorage.setItem('nw.tries', tries + 1); } catch { tries = PAUSES.length; }
      plain('应用没有载入。电话和这页的步骤照常可用。', 'The app did not load. Calls and the steps on this page still work.');
      if (tries < PAUSES.length) setTimeout(() => location.reload(), PAUSES[tries]);
    },
  };
}

function plain(zh, en) {
  root.dataset.app = 'off';
  if (document.getElementById('nw-plain')) return;
  const line = document.createElement('p');
  line.id = 'nw-plain';
  line.className = 'fault';
  line.setAttribute('role', 'alert');
  line.append(span('zh', zh), ' ', span('en', en), ' ', again());
  document.querySelector('.top')?.after(line);
}

function span(lang, text) {
  const it = document.createElement('span');
  it.lang = lang;
  it.textContent = text;
  return it;
}

function again() {
  const link = document.createElement('a');
  link.href = location.pathname + location.search + location.hash;
  link.append(span('zh', '重新载入'), ' ', span('en', 'Load again'));
  link.addEventListener('click', (event) => { event.preventDefault(); location.reload(); });
  return link;
}

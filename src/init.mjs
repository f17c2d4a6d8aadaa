// Trunk's initializer. The shell stays until the app says that it runs; a failed load is tried
// again, and in the end the plain page with its call bar remains.
export default function () {
  return {
    onStart() {}, onProgress() {}, onComplete() {}, onSuccess() {},
    onFailure(error) { document.documentElement.dataset.app = 'off'; console.error('The app did not load', error); },
  };
}

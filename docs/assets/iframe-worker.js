// On file:// browsers refuse workers. The search needs one, so there its script runs in a hidden frame instead.
// The theme looks for the name IFrameWorker to know that it is not in a real worker.
if (location.protocol === "file:") {
  window.Worker = window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.title = "Search";
      this.frame.receive = data => this.receive(data);
      this.frame.srcdoc = `<script>
        window.postMessage = data => frameElement.receive(data);
        window.importScripts = async (...urls) => {
          for (const url of urls) {
            const script = document.createElement("script");
            script.src = url;
            document.head.append(script);
            await new Promise(loaded => script.onload = loaded);
          }
        };
      </script><script src="${new URL(url, location)}"></script>`;
      this.loaded = new Promise(loaded => { this.frame.onload = () => loaded(this.frame.contentWindow); });
      document.documentElement.append(this.frame);
    }

    receive(data) {
      const event = new MessageEvent("message", { data });
      this.dispatchEvent(event);
      this.onmessage?.(event);
    }

    async postMessage(data) {
      (await this.loaded).dispatchEvent(new MessageEvent("message", { data }));
    }

    terminate() {
      this.frame.remove();
    }
  };
}

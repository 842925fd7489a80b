// The simulated JavaScript SDK: FB.init and FB.login, which opens the popup and hears from it by postMessage.
(() => {
  "use strict";
  const ORIGIN = "@ORIGIN@";
  let settings = null;

  const init = (options) => {
    if (!options || !/^v\d+\.\d+$/.test(options.version || "")) throw new Error("init not called with valid version");
    settings = options;
  };

  const login = (callback, options = {}) => {
    if (!settings) {
      console.warn("FB.login() called before FB.init().");
      return;
    }
    // As Meta's, which checks the type of what it is given.
    const kind = Object.prototype.toString.call(callback).slice(8, -1).toLowerCase();
    if (kind !== "function") throw new Error(`Expression is of type ${kind}, not function`);
    const channel = crypto.randomUUID();
    const query = new URLSearchParams({ client_id: settings.appId, display: "popup", channel, origin: location.origin });
    for (const [name, value] of Object.entries(options)) {
      query.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
    }
    const url = `${ORIGIN}/${settings.version}/dialog/oauth?${query}`;
    const popup = window.open(url, `fb_${channel}`, "popup,width=670,height=760");
    if (!popup) return; // Blocked: nobody is told.

    let ended = false;
    const end = (code) => {
      if (ended) return;
      ended = true;
      clearInterval(watch);
      window.removeEventListener("message", hear);
      callback(
        code
          ? { authResponse: { userID: null, expiresIn: null, code }, status: "connected" }
          : { authResponse: null, status: "unknown" },
      );
    };
    const hear = ({ origin, data }) => {
      if (origin === ORIGIN && data && data.channel === channel) end(data.code);
    };
    window.addEventListener("message", hear);
    const watch = setInterval(() => popup.closed && end(null), 100);
  };

  window.FB = { init, login };
  if (typeof window.fbAsyncInit === "function") window.fbAsyncInit();
})();

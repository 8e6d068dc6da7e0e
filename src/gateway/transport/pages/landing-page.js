// Runs in the browser. Opens Apollo Sandbox on this server's endpoint, or says how to go without.
import { keptToken, redeemLink } from './tab-token.js';

const { base, hint, ...initialState } = JSON.parse(document.getElementById('initial-state').textContent);
const endpoint = new URL(`${base}graphql`, location.href).href;

const fault = await redeemLink(base);
const token = keptToken();
if (token !== null) initialState.headers.Authorization = `Bearer ${token}`;
const notice = fault ?? (token === null ? hint : null);
if (notice !== null) {
  document.getElementById('notice').hidden = false;
  document.getElementById('notice').textContent = notice;
}

if (window.EmbeddedSandbox) {
  new window.EmbeddedSandbox({
    target: '#sandbox',
    initialEndpoint: endpoint,
    initialSubscriptionEndpoint: endpoint.replace('http', 'ws'),
    initialState,
    includeCookies: false,
    runTelemetry: false,
  });
} else {
  const body = JSON.stringify({ query: '{ viewer { id displayName roles { id } } }' });
  document.getElementById('sandbox').hidden = true;
  document.getElementById('offline').hidden = false;
  document.getElementById('endpoint').textContent = endpoint;
  document.getElementById('curl').textContent = [
    `curl ${endpoint} \\`,
    "  --header 'content-type: application/json' \\",
    `  --header 'authorization: ${initialState.headers.Authorization}' \\`,
    `  --data '${body}'`,
  ].join('\n');
}

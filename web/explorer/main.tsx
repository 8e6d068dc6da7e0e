import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { endpointOf, initialHeaders, signIn } from '../initial-state.ts';
import { examples } from './examples.ts';
import { EXAMPLES_PLUGIN } from './examples-plugin.tsx';
import { createFetcher } from './fetcher.ts';

const hint = await signIn();
const notice = document.getElementById('notice');
if (notice && hint !== null) {
  notice.hidden = false;
  notice.textContent = hint;
}

const place = document.getElementById('explorer');
if (!place) throw new Error('The page has no place for the explorer');
createRoot(place).render(
  <GraphiQL
    fetcher={createFetcher({ url: endpointOf('http'), subscriptionUrl: endpointOf('ws') })}
    defaultQuery={examples[0]?.document ?? ''}
    defaultHeaders={JSON.stringify(initialHeaders(), null, 2)}
    defaultEditorToolsVisibility="headers"
    plugins={[EXAMPLES_PLUGIN, HISTORY_PLUGIN]}
    visiblePlugin={EXAMPLES_PLUGIN}
  >
    <GraphiQL.Logo>Rolegraph</GraphiQL.Logo>
  </GraphiQL>,
);

import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { type Example, examples } from './examples.ts';

/** A pane of GraphiQL that lists the examples. */
export const EXAMPLES_PLUGIN: GraphiQLPlugin = { title: 'Examples', icon: Icon, content: Menu };

/**
 * Opens the example that is chosen in a tab of its own, or goes back to the tab that it has. GraphiQL runs one operation at
 * a time, whatever the tab: a subscription that still ran would take the first run of another one for its end.
 */
function Menu() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const tabs = useGraphiQL((state) => state.tabs);
  const activeTabIndex = useGraphiQL((state) => state.activeTabIndex);
  const { addTab, changeTab, stop } = useGraphiQLActions();

  function open({ document }: Example): void {
    const present = queryEditor?.getValue() ?? '';
    const known = tabs.findIndex(({ query }, index) => index !== activeTabIndex && query === document);
    if (present !== document && known >= 0) changeTab(known);
    else if (present !== document) {
      stop();
      if (present.trim() !== '') addTab();
      queryEditor?.setValue(document);
      queryEditor?.setScrollTop(0);
    }
    queryEditor?.focus();
  }

  return (
    <section className="examples" aria-label="Examples">
      <h2>Examples</h2>
      <ol>
        {examples.map((example) => (
          <li key={example.title}>
            <button type="button" disabled={!queryEditor} onClick={() => open(example)}>
              {example.title}
              <small>{example.hint}</small>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M5 4h14v16H5zM9 9h6M9 13h6M9 17h3" />
    </svg>
  );
}

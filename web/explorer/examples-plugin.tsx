import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { type Example, examples } from './examples.ts';

/** A pane of GraphiQL that lists the examples. */
export const EXAMPLES_PLUGIN: GraphiQLPlugin = { title: 'Examples', icon: Icon, content: Menu };

/** Puts the example that is chosen into the editor; into a tab of its own where somebody wrote something. */
function Menu() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const { addTab } = useGraphiQLActions();

  function open({ document }: Example): void {
    const present = queryEditor?.getValue() ?? '';
    const isOwn = present.trim() !== '' && !examples.some((example) => example.document === present);
    if (isOwn) addTab();
    queryEditor?.setValue(document);
    queryEditor?.setScrollTop(0);
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

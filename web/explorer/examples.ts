/** An operation to begin with. */
export interface Example {
  /** What it asks, in a few words: the first comment of its file. */
  readonly title: string;
  /** What to look at: the second. */
  readonly hint: string;
  readonly document: string;
}

const files = import.meta.glob<string>('./examples/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The operations of `examples/`, in the order of their file names. They fit the sample organisation. */
export const examples: readonly Example[] = Object.values(files).map((document) => {
  const [title = '', hint = ''] = document.split('\n').map((line) => line.replace(/^# /, ''));
  return { title, hint, document };
});

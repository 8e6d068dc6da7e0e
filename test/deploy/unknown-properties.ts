import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { parse } from 'yaml';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Finds what Kubernetes would leave out or refuse though its schema lets it pass: properties that a kind does not have.
 * The compiler looks at each manifest as a literal of the type of its kind.
 *
 * @param manifests YAML, one document each.
 * @returns the compiler's messages.
 */
export function unknownProperties(manifests: readonly string[]): string[] {
  const source = manifests.map(declaration).join('\n');
  const name = `${here}manifests.generated.ts`;
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => path === name || fileExists(path);
  host.getSourceFile = (path, version) =>
    path === name ? ts.createSourceFile(path, source, version) : getSourceFile(path, version);
  const program = ts.createProgram([name], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

/** Reads the files and looks at each. */
export function unknownPropertiesOf(files: readonly string[]): string[] {
  return unknownProperties(files.map((file) => readFileSync(file, 'utf8')));
}

function declaration(manifest: string, index: number): string {
  const document: unknown = parse(manifest);
  const { apiVersion, kind } = document as { readonly apiVersion: string; readonly kind: string };
  const type = `import('kubernetes-models/${apiVersion}/${kind}').I${kind}`;
  return `export const manifest${index}: ${type} = ${JSON.stringify(document)};`;
}

import ts from 'typescript';

/**
 * The names that a statement exports. What is exported by a list
 * (`export { a } from …`) is documented where it is declared.
 * @param {ts.Statement} statement of a module
 * @returns {string[]} the names
 */
function exportedNames(statement) {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const { name } = /** @type {ts.DeclarationStatement} */ (statement);
  return [name?.getText() ?? 'the default export'];
}

/**
 * The exported names of a TypeScript module that have no doc comment.
 * @param {string} path of the module, for the report
 * @param {string} text of the module
 * @returns {{ path: string, line: number, name: string }[]} where they are
 */
export function undocumentedExports(path, text) {
  const module = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return module.statements.flatMap((statement) => {
    if (ts.getJSDocCommentsAndTags(statement).length > 0) return [];
    const line = module.getLineAndCharacterOfPosition(statement.getStart()).line + 1;
    return exportedNames(statement).map((name) => ({ path, line, name }));
  });
}

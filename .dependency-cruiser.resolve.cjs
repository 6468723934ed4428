/* How imports are found, for the dependency check only: `#room` and `.js` that are `.ts` files. */
module.exports = {
  resolve: {
    extensionAlias: { '.js': ['.ts', '.js'] },
    importsFields: ['imports'],
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'default'],
  },
}

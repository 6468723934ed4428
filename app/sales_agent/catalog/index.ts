/** Catalogue of the sales agent: products, import, search and answers without a model. */
export { answerFromCatalogue } from '#app/sales_agent/catalog/answer/answer_from_catalogue'
export type {
  AnswerContext,
  AnswerIntent,
  CatalogueAnswer,
  CatalogueQuestion,
} from '#app/sales_agent/catalog/answer/answer'
export type { ProductCard } from '#app/sales_agent/catalog/answer/cards'
export { verifyFigures, type WrongFigure } from '#app/sales_agent/catalog/answer/figures'
export { catalogueSize } from '#app/sales_agent/catalog/services/catalogue_shape'
export { searchProducts } from '#app/sales_agent/catalog/services/search_products'
export { importDemoCatalogue } from '#app/sales_agent/catalog/import/import_demo_catalogue'
export { saveKnowledge, type KnowledgeRow } from '#app/sales_agent/catalog/services/save_knowledge'
export {
  importCatalogue,
  type ImportReport,
  type ImportRequest,
} from '#app/sales_agent/catalog/import/import_catalogue'
export { describeImportFailure, describeRejection } from '#app/sales_agent/catalog/import/describe'

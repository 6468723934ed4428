import type { Record as Row } from '#app/sales_agent/catalog/import/dialects/dialect'

/** Folded header names by meaning, the most telling first. Two languages and common exports. */
const NAMES = {
  title:
    'title|name|nom|titre|product name|nom du produit|nom produit|produit|product title|product|article|designation|libelle|intitule|item name|item|bezeichnung|nombre|nome',
  price:
    'price|prix|sale price|price tax included|prix ttc|prix de vente|prix de vente ttc|prix unitaire|prix unitaire ttc|tarif|tarif ttc|selling price|unit price|retail price|prix vente|prix ht|price tax excluded or price tax included|price tax excluded|prix ht ou prix ttc|price eur|price usd|prix eur|prix euro|amount|montant|preis|precio|prezzo|regular price|rrp|msrp|pvp',
  compareAt:
    'compare at price|compare at|former price|old price|prix barre|ancien prix|prix avant remise|prix conseille|list price|original price|regular price|rrp|msrp',
  sku: 'sku|ref|reference|reference produit|ref produit|product reference|code|code article|code produit|item code|item number|article number|numero d article|mpn|ugs|part number|artikelnummer|referencia',
  id: 'id|product id|id produit|identifiant|item id|ean|ean13|gtin|upc|barcode|code barre|code barres',
  group:
    'handle|url handle|item group id|group id|groupe|product group|parent sku|parent|parent id|sku parent|modele|model code|reference parent',
  stock:
    'stock|quantity|quantite|qty|qte|inventory|inventaire|inventory quantity|stock quantity|quantite en stock|stock disponible|en stock|in stock|availability|disponibilite|available|available quantity|stock level|bestand|cantidad|dispo',
  description:
    'description|long description|description longue|body|body html|details|texte|resume|product description|description du produit|descriptif|content|contenu|beschreibung|descripcion',
  summary:
    'short description|description courte|summary|accroche|sous titre|subtitle|recapitulatif',
  category:
    'category|categorie|categories|product category|categorie de produit|product type|type de produit|type|rayon|famille|department|collection|google product category|univers|categories x y z|kategorie|categoria',
  tags: 'tags|mots cles|keywords|etiquettes|labels|tag|tags x y z|meta keywords',
  url: 'url|link|lien|product url|page|permalink|adresse|url produit|lien produit|product link',
  image:
    'image|images|image url|image link|photo|photos|picture|image src|url image|image urls|image urls x y z|lien image|additional image link|main image',
  vendor: 'vendor|brand|marque|manufacturer|fabricant|fournisseur|supplier|marke|marca',
  currency: 'currency|devise|monnaie|currency code|wahrung|moneda',
  locale: 'locale|language|langue|lang|sprache|idioma',
  status:
    'status|statut|active|actif|published|publie|visible|active 0 1|actif 0 1|enabled|en ligne',
  kind: 'kind|nature|product kind|virtual|digital',
} as const

export type ColumnName = keyof typeof NAMES

/** Options that become variants when rows share a product, attributes otherwise. */
const OPTIONS = new Set(
  'size|taille|pointure|color|colour|couleur|material|matiere|capacity|contenance|volume|format|length|longueur|width|largeur|height|hauteur|weight|poids|diameter|diametre|gender|genre|sexe|age|style|parfum|flavour|flavor|scent|saveur|gout|finish|finition|pattern|motif|dimensions|power|puissance|season|saison|composition|farbe|grosse|origin|origine'.split(
    '|'
  )
)

/** Which column of a file of any shop holds what. */
export class Columns {
  readonly #found = new Map<ColumnName, string[]>()
  readonly options: string[] = []

  constructor(columns: Map<string, number>) {
    const taken = new Set<string>()
    for (const [meaning, names] of Object.entries(NAMES) as [ColumnName, string][]) {
      const present = names.split('|').filter((name) => columns.has(name))
      // A former price must not be read as the price.
      const own = meaning === 'compareAt' ? present.filter((name) => !taken.has(name)) : present
      if (own.length === 0) continue
      this.#found.set(meaning, own)
      taken.add(own[0]!)
    }
    for (const name of columns.keys())
      if (OPTIONS.has(name) && !taken.has(name)) this.options.push(name)
  }

  has(meaning: ColumnName): boolean {
    return this.#found.has(meaning)
  }

  get(row: Row, meaning: ColumnName): string {
    return row.get(...(this.#found.get(meaning) ?? []))
  }
}

const COLORS = ['Red', 'Blue', 'Green', 'Black', 'White', 'Grey', 'Yellow', 'Brown', 'Navy']
const MATERIALS = ['cotton', 'wool', 'leather', 'linen', 'steel', 'oak', 'ceramic', 'glass']
const THINGS: [name: string, category: string][] = [
  ['shirt', 'Clothing > Shirts'],
  ['jacket', 'Clothing > Jackets'],
  ['sweater', 'Clothing > Knitwear'],
  ['backpack', 'Bags > Backpacks'],
  ['wallet', 'Bags > Wallets'],
  ['armchair', 'Home > Chairs'],
  ['bedside table', 'Home > Tables'],
  ['table lamp', 'Home > Lighting'],
  ['water bottle', 'Outdoor > Bottles'],
  ['hiking shoes', 'Outdoor > Footwear'],
  ['tent', 'Outdoor > Tents'],
  ['frying pan', 'Kitchen > Pans'],
]
const QUALITIES = ['waterproof', 'lightweight', 'soft', 'sturdy', 'foldable', 'handmade', 'organic']
const SIZES = ['S', 'M', 'L', 'XL']

/** Lines of a CSV of believable products, the same for every run; one row per product. */
export function* catalogueLines(products: number): Generator<string> {
  yield 'sku,name,price,stock,category,description,tags,size,image\n'
  const random = generator(42)
  const pick = <Value>(values: Value[]): Value => values[Math.floor(random() * values.length)]!
  for (let index = 0; index < products; index++) {
    const [thing, category] = pick(THINGS)
    const material = pick(MATERIALS)
    const color = pick(COLORS)
    const quality = pick(QUALITIES)
    const price = (5 + random() * 295).toFixed(2)
    const stock = Math.floor(random() * 40)
    const name = `${color} ${material} ${thing} ${codename(index)}`
    const description =
      `<p>A ${quality} ${thing} in ${material}, made for every day.</p>` +
      `<p>Colour ${color.toLowerCase()}, care instructions included.</p>`
    yield `SKU-${index},${name},${price},${stock},${category},"${description}","${quality}, ${material}",${pick(SIZES)},https://shop.example/${index}.jpg\n`
  }
}

/** A name of two syllables per digit, so that product names differ as they do in shops. */
function codename(index: number): string {
  const syllables = ['ba', 'ko', 'mi', 'ru', 'te', 'vo', 'la', 'ni', 'so', 'pe']
  const digits = String(index % 1000).padStart(3, '0')
  const name = [...digits].map((digit) => syllables[Number(digit)]).join('')
  return name[0]!.toUpperCase() + name.slice(1)
}

/** Linear congruential generator (Numerical Recipes): small and reproducible. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

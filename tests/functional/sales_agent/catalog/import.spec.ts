import { mkdtemp, writeFile } from 'node:fs/promises'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import app from '@adonisjs/core/services/app'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { answerFromCatalogue, importCatalogue } from '#sales_agent'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const SHARED = app.makePath('../shared/data')

const fixture = (name: string) => app.makePath('tests/fixtures/catalog', name)

async function importFile(workspaceId: string, path: string) {
  return importCatalogue({ workspaceId, path, fileName: path.split('/').at(-1)! })
}

async function importText(workspaceId: string, content: string | Buffer) {
  const folder = await mkdtemp(join(tmpdir(), 'catalog-'))
  const path = join(folder, 'file.csv')
  await writeFile(path, content)
  return importFile(workspaceId, path)
}

async function productsOf(workspaceId: string) {
  const { rows } = await db.rawQuery(
    `select p.*, t.title, t.description, t.category, t.tags, t.attributes, t.locale,
       (select jsonb_agg(to_jsonb(v) order by v.position) from product_variants v
        where v.product_id = p.id) as variants,
       (select count(*)::int from product_images i where i.product_id = p.id) as images
     from products p join product_texts t on t.product_id = p.id
     where p.workspace_id = ? order by p.external_handle`,
    [workspaceId]
  )
  return rows as any[]
}

test.group('Catalogue import', () => {
  test('Shopify, header of before 2024: variants, images, HTML, rejected price', async ({
    assert,
  }) => {
    const { workspace } = await givenAWorkspace()
    const report = await importFile(workspace.id, fixture('shopify_old.csv'))
    assert.containsSubset(report, {
      status: 'succeeded',
      dialect: 'shopify',
      rows: 7,
      created: 3,
      rejected: 1,
    })
    assert.containsSubset(report.rejections[0], { line: 7, reason: 'bad_price' })

    const products = await productsOf(workspace.id)
    const shirt = products.find((product) => product.external_handle === 'linen-shirt')
    assert.containsSubset(shirt, {
      title: 'Linen Shirt',
      description: 'A breathable shirt for summer & holidays.',
      locale: 'en',
      price_min_cents: 4900,
      price_max_cents: 5250,
      compare_at_cents: 6900,
      stock: 11,
      available: true,
      images: 3,
    })
    assert.lengthOf(shirt.variants, 3)
    assert.deepEqual(shirt.variants[2].options, { en: { Color: 'Blue', Size: 'M' } })
    assert.containsSubset(shirt.variants[1], { stock: 0, available: false })
    const card = products.find((product) => product.external_handle === 'gift-card')
    assert.containsSubset(card, { kind: 'digital', stock: null, available: true })
    const mug = products.find((product) => product.external_handle === 'old-mug')
    assert.equal(mug.status, 'draft')
  })

  test('Shopify, new header', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const report = await importFile(workspace.id, fixture('shopify_new.csv'))
    assert.containsSubset(report, { dialect: 'shopify', created: 1, rejected: 0 })
    const [scarf] = await productsOf(workspace.id)
    assert.containsSubset(scarf, { title: 'Wool Scarf', stock: 12, price_min_cents: 3990 })
    assert.deepEqual(scarf.attributes, { fabric: 'Merino wool' })
    assert.lengthOf(scarf.variants, 2)
  })

  test('WooCommerce: variations by SKU and id, sale prices, kinds', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const report = await importFile(workspace.id, fixture('woocommerce.csv'))
    assert.containsSubset(report, { dialect: 'woocommerce', rows: 8, created: 4, rejected: 2 })
    assert.sameMembers(
      report.rejections.map((rejection) => rejection.reason),
      ['unknown_parent', 'missing_title']
    )
    const products = await productsOf(workspace.id)
    const cup = products.find((product) => product.external_handle === 'cup')
    assert.lengthOf(cup.variants, 2)
    assert.containsSubset(cup.variants[0], { price_cents: 950, compare_at_cents: 1200, stock: 5 })
    assert.containsSubset(cup.variants[1], { price_cents: 1200, available: false })
    assert.equal(cup.category, 'Kitchen > Cups')
    assert.equal(products.find((each) => each.external_handle === 'class').kind, 'service')
    assert.containsSubset(
      products.find((each) => each.external_handle === 'ebook'),
      { kind: 'digital', price_min_cents: 500 }
    )
    const plate = products.find((each) => each.external_handle === 'old-sale')
    assert.equal(plate.price_min_cents, 1000)
  })

  test('PrestaShop with semicolons', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ locale: 'fr' })
    const report = await importFile(workspace.id, fixture('prestashop.csv'))
    assert.containsSubset(report, { dialect: 'prestashop', delimiter: ';', created: 2 })
    const products = await productsOf(workspace.id)
    assert.containsSubset(products[0], {
      external_handle: 'LB-01',
      title: 'Lampe de bureau en laiton',
      locale: 'fr',
      price_min_cents: 12990,
      stock: 8,
      vendor: 'Lumen',
    })
    assert.equal(products[1].status, 'draft')
  })

  test('any CSV: Windows-1252, semicolons, French prices, HTML in names', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ locale: 'fr' })
    const report = await importFile(workspace.id, fixture('windows_1252.csv'))
    assert.containsSubset(report, {
      dialect: 'csv',
      encoding: 'windows-1252',
      delimiter: ';',
      rows: 8,
      created: 3,
      rejected: 5,
    })
    assert.deepEqual(
      report.rejections.map(({ line, reason }) => [line, reason]),
      [
        [5, 'missing_price'],
        [6, 'negative_price'],
        [7, 'bad_stock'],
        [8, 'missing_title'],
        [9, 'duplicate_sku'],
      ]
    )
    const products = await productsOf(workspace.id)
    assert.containsSubset(products[0], {
      title: "Écharpe en laine d'agneau",
      price_min_cents: 129990,
      currency: 'EUR',
      stock: 12,
      attributes: { couleur: 'écru' },
    })
    assert.include(products[0].description, 'œuvre')
    assert.containsSubset(products[1], { stock: null, available: true, image_url: null })
    assert.containsSubset(products[2], { title: 'Coussin brodé & doux', available: false })
  })

  test('the same file again changes nothing, a changed one updates and keeps ids', async ({
    assert,
  }) => {
    const { workspace } = await givenAWorkspace()
    const header = 'sku,name,price,stock\n'
    await importText(workspace.id, `${header}A,Blue lamp,10,1\nB,Red lamp,20,2\n`)
    const before = await productsOf(workspace.id)
    const again = await importText(workspace.id, `${header}A,Blue lamp,10,1\nB,Red lamp,20,2\n`)
    assert.containsSubset(again, { created: 0, updated: 0, unchanged: 2 })
    assert.deepEqual(await productsOf(workspace.id), before)

    const changed = await importText(workspace.id, `${header}A,Blue lamp,12,5\nB,Red lamp,20,2\n`)
    assert.containsSubset(changed, { created: 0, updated: 1, unchanged: 1 })
    const after = await productsOf(workspace.id)
    assert.lengthOf(after, 2)
    assert.equal(after[0].variants[0].id, before[0].variants[0].id)
    assert.containsSubset(after[0], { price_min_cents: 1200, stock: 5 })
  })

  test('files that are no catalogue are refused with a reason', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const refused = async (content: string | Buffer) => {
      const report = await importText(workspace.id, content)
      assert.equal(report.status, 'failed')
      return report.failure!.reason
    }
    assert.equal(await refused(''), 'empty')
    assert.equal(await refused(Buffer.from('PK\u0003\u0004 not a csv', 'latin1')), 'binary')
    assert.equal(await refused('name,colour\nLamp,blue\n'), 'no_price_column')
    assert.equal(await refused('price,colour\n10,blue\n'), 'no_title_column')
    assert.equal(await refused('name,price\n'), 'no_products')
    assert.equal(await refused('name,price\nLamp,"10\nand never closed\n'), 'unclosed_quote')
  })

  test('huge cells and naughty strings do no harm', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const strings: string[] = existsSync(`${SHARED}/fuzz/blns.json`)
      ? JSON.parse(readFileSync(`${SHARED}/fuzz/blns.json`, 'utf8'))
      : ['<script>alert(1)</script>', "'; drop table products; --", '\u202Etest', '田中さん', '😍']
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
    const rows = strings
      .filter((text) => text.trim() !== '')
      .map((text, index) => `N${index},${quote(text)},9.90,${quote(text)}`)
    rows.push(`BIG,Big description,5,${quote('word '.repeat(150_000))}`)
    const report = await importText(
      workspace.id,
      `sku,title,price,description\n${rows.join('\n')}\n`
    )
    assert.equal(report.status, 'succeeded')
    assert.equal(report.created + report.rejected, rows.length)
    for (const text of strings.slice(0, 120)) {
      const answer = await answerFromCatalogue({ workspaceId: workspace.id, text })
      assert.isString(answer.text)
    }
  }).timeout(60_000)

  test('WooCommerce: what the shop hides is not shown to visitors', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    await importText(
      workspace.id,
      `ID,Type,SKU,Name,Published,Visibility in catalog,In stock?,Regular price,Parent
1,simple,a,Red lamp,1,visible,1,10,
2,simple,b,Hidden lamp,1,hidden,1,11,
3,simple,c,Private lamp,-1,visible,1,12,
4,simple,d,Unpublished lamp,0,visible,1,13,
5,variable,e,Double lamp,1,visible,1,,
6,variation,e1,Double lamp - Small,1,visible,1,14,id:5
7,variation,e2,Double lamp - Secret,0,visible,1,15,id:5
`
    )
    const answer = await answerFromCatalogue({ workspaceId: workspace.id, text: 'lamp' })
    const shown = answer.products.map(({ title, variants }) => `${title} ${variants.length}`)
    assert.sameMembers(shown, ['Red lamp 1', 'Double lamp 1'])
  })

  test('a currency that does not exist is refused with the reason', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const report = await importText(
      workspace.id,
      'sku,name,price,currency\nA,Lamp,10,ZZZ\nB,Chair,20,chf\n'
    )
    assert.containsSubset(report, { created: 1, rejected: 1 })
    assert.equal(report.rejections[0]!.reason, 'bad_currency')
  })

  test('products of one workspace are not found in another', async ({ assert }) => {
    const { workspace: mine } = await givenAWorkspace()
    const { workspace: other } = await givenAWorkspace()
    await importText(mine.id, 'sku,name,price\nZ,Zebra lamp,10\n')
    const own = await answerFromCatalogue({ workspaceId: mine.id, text: 'zebra lamp' })
    assert.lengthOf(own.products, 1)
    const foreign = await answerFromCatalogue({ workspaceId: other.id, text: 'zebra lamp' })
    assert.lengthOf(foreign.products, 0)
  })
})

test.group('Catalogue import, real files', (group) => {
  group.each.skip(!existsSync(`${SHARED}/catalog`), 'the shared data is not here')

  test('{file}')
    .with([
      { file: 'shopify/apparel.csv', dialect: 'shopify', created: 20, rejected: 0 },
      { file: 'shopify/home-and-garden.csv', dialect: 'shopify', created: 20, rejected: 0 },
      { file: 'woocommerce/sample_products.csv', dialect: 'woocommerce', created: 17, rejected: 1 },
      { file: 'prestashop/products_import.csv', dialect: 'prestashop', created: 7, rejected: 0 },
    ])
    .run(async ({ assert }, { file, ...expected }) => {
      const { workspace } = await givenAWorkspace()
      const report = await importFile(workspace.id, `${SHARED}/catalog/${file}`)
      assert.containsSubset(report, { status: 'succeeded', ...expected })
      const again = await importFile(workspace.id, `${SHARED}/catalog/${file}`)
      assert.containsSubset(again, { created: 0, updated: 0, unchanged: expected.created })
    })
})

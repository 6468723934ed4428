import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { answerFromCatalogue, importCatalogue } from '#sales_agent'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const PRODUCTS = `Handle,Title,Body (HTML),Tags,Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty
armchair,Pink Armchair,Stylish pink armchair,Chair,,,750,0
stool,Oak Stool,Plain,Chair,,,110,4
sofa,Grey Sofa,Large four seater grey sofa,Sofa,,,500,3
small-sofa,Yellow Sofa,Two seater yellow sofa,Sofa,,,300,3
tee,Basic Tee,Plain,Clothing,Colour,Red,15,3
tee,,,,,Blue,40,3
candle,Vanilla candle,Vanilla scent candle in jar,Candle,,,15,3
trowel,Gardening hand trowel,Metal trowel,Garden,,,10,3
denim,Dark Denim Top,Classic dark denim top,Top,,,60,3
pot,Clay Plant Pot,Classic clay pot,Pot,,,9,3
eco-pot,Biodegradable cardboard pots,Biodegradable pots,Pot,,,10,3
polo,Polo,Plain,Clothing,,,20,3
`

test.group('Promises of an answer', (group) => {
  let workspaceId: string
  group.setup(async () => {
    const { workspace } = await givenAWorkspace()
    workspaceId = workspace.id
    const path = join(await mkdtemp(join(tmpdir(), 'promises-')), 'products.csv')
    await writeFile(path, PRODUCTS)
    await importCatalogue({ workspaceId, path, fileName: 'products.csv' })
  })

  const ask = async (text: string, more = {}) =>
    answerFromCatalogue({ workspaceId, text, locale: 'en', ...more })
  const titles = (answer: Awaited<ReturnType<typeof ask>>) =>
    answer.products.map(({ title }) => title)

  test('a stated limit holds: nothing far above it is shown', async ({ assert }) => {
    const answer = await ask('pink armchair under 100')
    assert.equal(answer.intent, 'over_budget')
    assert.deepEqual(answer.products, [])
    assert.include(answer.text, '€100')
    assert.notInclude(answer.text, '750')
  })

  test('what costs a little more is shown and said to', async ({ assert }) => {
    const answer = await ask('stool under 100')
    assert.equal(answer.intent, 'over_budget')
    assert.deepEqual(titles(answer), ['Oak Stool'])
    assert.include(answer.text, 'above')
  })

  test('the limit holds for the version that was asked for', async ({ assert }) => {
    assert.deepEqual(titles(await ask('red tee under 20')), ['Basic Tee'])
    assert.deepEqual(titles(await ask('blue tee under 20')), [])
  })

  test('says so when no product has what was named', async ({ assert }) => {
    assert.include((await ask('leather sofa')).text, '“leather”')
    assert.include((await ask('purple sofa')).text, '“purple”')
    assert.include((await ask('canapé doré')).text, 'doré')
    assert.notInclude((await ask('yellow sofa')).text, '“')
  })

  test('asks for no address that the visitor has left', async ({ assert }) => {
    assert.include((await ask('armchair')).text, 'e-mail')
    for (const text of ['armchair', 'submarine', 'can I talk to a person?']) {
      assert.notInclude((await ask(text, { knowsContact: true })).text, 'e-mail')
    }
  })

  test('{text}: {title}')
    .with([
      { text: 'sofa with four seats', title: 'Grey Sofa' },
      { text: 'canapé deux places', title: 'Yellow Sofa' },
      { text: 'bougie senteur vanille', title: 'Vanilla candle' },
      { text: 'pelle de jardinage', title: 'Gardening hand trowel' },
      { text: 'truelle', title: 'Gardening hand trowel' },
      { text: 'haut en jean foncé', title: 'Dark Denim Top' },
      { text: 'eco friendly pots', title: 'Biodegradable cardboard pots' },
      { text: 'pelle', title: undefined },
    ])
    .run(async ({ assert }, { text, title }) => {
      assert.equal(titles(await ask(text))[0], title)
    })

  test('"something cheaper?" looks beyond the one product shown', async ({ assert }) => {
    const { context } = await ask('grey sofa')
    assert.equal(titles(await ask('something cheaper?', { context }))[0], 'Yellow Sofa')
    assert.equal(titles(await ask('moins cher ?', { context, locale: 'fr' }))[0], 'Yellow Sofa')
  })
})

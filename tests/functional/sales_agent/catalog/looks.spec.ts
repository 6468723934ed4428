import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { answerFromCatalogue, importCatalogue } from '#sales_agent'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const PRODUCTS = `Handle,Title,Body (HTML),Tags,Variant Price
blouse,Striped Silk Blouse,Black and red blouse,women,50
silk-top,Silk Summer Top,Short sleeves,women,70
bag,Black Leather Bag,Over the shoulder,women,30
can,Yellow watering can,Vintage watering can,garden,40.99
`

test.group('Questions that only say how it looks', (group) => {
  let workspaceId: string
  group.setup(async () => {
    const { workspace } = await givenAWorkspace()
    workspaceId = workspace.id
    const path = join(await mkdtemp(join(tmpdir(), 'looks-')), 'products.csv')
    await writeFile(path, PRODUCTS)
    await importCatalogue({ workspaceId, path, fileName: 'products.csv' })
  })

  test('{text}')
    .with([
      { text: 'something in silk under 60', titles: ['Striped Silk Blouse'] },
      { text: 'quelque chose en cuir', titles: ['Black Leather Bag'] },
      { text: 'do you have anything yellow?', titles: ['Yellow watering can'] },
      { text: 'anything purple?', titles: [] },
      { text: 'red wine', titles: [] },
      { text: 'black coffee', titles: [] },
    ])
    .run(async ({ assert }, { text, titles }) => {
      const answer = await answerFromCatalogue({ workspaceId, text, locale: 'en' })
      assert.deepEqual(
        answer.products.map(({ title }) => title),
        titles
      )
    })
})

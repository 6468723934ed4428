import { test } from '@japa/runner'
import { startWebProcess } from '#tests/helpers/web_process'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const PASSWORD = 'correct horse battery staple'

test.group('A web process that is stopped', () => {
  test('does not wait for the pages that listen to it', async ({ assert, cleanup }) => {
    const { user } = await givenAWorkspace({ password: PASSWORD })
    const web = await startWebProcess()
    cleanup(() => web.kill())
    const cookie = await signIn(web.url, user.email)
    const board = await fetch(`${web.url}/pipeline/events`, { headers: { cookie } })
    assert.equal(board.headers.get('content-type'), 'text/event-stream; charset=utf-8')

    const began = performance.now()
    await web.stop()
    assert.isBelow(performance.now() - began, 8_000)
    assert.include(await board.text(), 'event: ready')
  }).timeout(90_000)
})

async function signIn(url: string, email: string): Promise<string> {
  const form = await fetch(`${url}/login`)
  const csrf = /name=["']_csrf["'] value=["']([^"']+)/.exec(await form.text())![1]!
  const answer = await fetch(`${url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: cookiesOf(form) },
    body: new URLSearchParams({ _csrf: csrf, email, password: PASSWORD }),
  })
  return cookiesOf(answer)
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

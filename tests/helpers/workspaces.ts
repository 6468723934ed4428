import { OpenWorkspace, Workspace, type OpenWorkspaceInput } from '#accounts'
import { nanoid } from 'nanoid'

/** Somebody with a workspace of their own who may also do what only the box's operator may. */
export async function givenAnOperator() {
  const opened = await givenAWorkspace()
  await opened.user.merge({ isOperator: true }).save()
  return opened
}

/** Opens a workspace of its own for a test, with an owner and an API key. */
export async function givenAWorkspace(input: Partial<OpenWorkspaceInput> = {}) {
  const { user, workspace } = await new OpenWorkspace().handle({
    email: `owner-${nanoid(10).toLowerCase()}@example.com`,
    password: 'correct horse battery staple',
    workspaceName: 'Test shop',
    ...input,
  })
  const token = await Workspace.apiKeys.create(workspace, ['*'], { name: 'test' })
  return { user, workspace, apiKey: token.value!.release() }
}

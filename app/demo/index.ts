/** Demo: a workspace that is worth looking at, generated from a seed. */
export { LoadDemo, type LoadDemoInput, type LoadDemoResult } from '#app/demo/services/load_demo'
export { DEMO_NAME, DEMO_PLANS } from '#app/demo/services/open_demo'

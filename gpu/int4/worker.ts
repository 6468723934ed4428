/** Entry of the worker threads: the heavy parts of GPTQ and AWQ. */
import { serve } from '../linalg/serve.js'
import { handlers } from './handlers.js'

serve(handlers)

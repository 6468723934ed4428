import '#app/demo/jobs/load_demo_job'

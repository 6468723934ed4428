// Last: rooms have registered their Alpine data by now.
window.Alpine.start()

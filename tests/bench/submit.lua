-- Send a form again and again, each time with a key of its own. The body comes from the environment.
local body = os.getenv("BENCH_BODY")
local sent = 0
local seed = tostring(os.time()) .. tostring({}):gsub("%W", "")
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
request = function()
  sent = sent + 1
  local form = body:gsub("KEY", string.sub(seed, -24) .. sent)
  return wrk.format("POST", nil, nil, form)
end
dofile(os.getenv("BENCH_REPORT"))

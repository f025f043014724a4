-- Sends comments or messages of 600 bytes with name and phone, each under a key of its own and from one of 20,000 addresses; notes
-- the numbers of those acknowledged. Part of ops/bench/intake:
--
--   wrk … -s intake.lua URL -- form|json|message CONSULTATION EDITION VISITS
--
-- VISITS holds a cookie and a token a line, each of somebody who has a form open. Numbers are appended to the file $ACKNOWLEDGED.

local threads = {}

function setup(thread)
  thread:set("thread", #threads)
  table.insert(threads, thread)
end

-- 200 characters of three bytes.
local content = string.rep("建议把办理时限改回十个工作日，并写明由谁负责答复。", 8)

local function encoded(text)
  return (text:gsub("[^%w]", function(byte) return string.format("%%%02X", byte:byte()) end))
end

function init(args)
  kind, consultation, edition = args[1], args[2], args[3]
  numbers, refused, sent = {}, {}, 0
  visits = {}
  for line in io.lines(args[4]) do
    local cookie, token = line:match("^(%S+) (%S+)$")
    table.insert(visits, { cookie = cookie, token = encoded(token) })
  end
  local source = io.open("/dev/urandom", "rb")
  local seed = 0
  for byte in source:read(6):gmatch(".") do seed = seed * 256 + byte:byte() end
  source:close()
  math.randomseed(seed + thread)
  local common = "Host: bench\r\nAccept-Language: zh-CN\r\n"
  if kind == "form" then
    head = "POST /consultations/" .. consultation .. "/comment HTTP/1.1\r\n" .. common
      .. "Content-Type: application/x-www-form-urlencoded\r\n"
    fields = "&edition=" .. edition .. "&submitter=person&name=" .. encoded("王小明") .. "&show_name=on&content=" .. encoded(content)
  elseif kind == "message" then
    head = "POST /messages/new HTTP/1.1\r\n" .. common .. "Content-Type: application/x-www-form-urlencoded\r\n"
    fields = "&kind=complaint&publish=on&name=" .. encoded("王小明") .. "&title=" .. encoded("办理时限改了没有人通知") .. "&message=" .. encoded(content)
  else
    head = "POST /api/v1/consultations/" .. consultation .. "/comments HTTP/1.1\r\n" .. common .. "Content-Type: application/json\r\n"
    fields = '"edition":' .. edition .. ',"name":"王小明","show_name":true,"content":"' .. content .. '"'
  end
end

local function address()
  local n = math.random(0, 19999)
  return "X-Forwarded-For: 10." .. n % 250 .. "." .. math.floor(n / 250) .. ".7\r\n"
end

local function key()
  local random = math.random
  return string.format("%08x-%04x-4%03x-%04x-%06x%06x", random(0, 0xffffffff), random(0, 0xffff), random(0, 0xfff),
    random(0x8000, 0xbfff), random(0, 0xffffff), random(0, 0xffffff))
end

function request()
  sent = sent + 1
  local row, phone = math.random(1, 100), "1380013" .. math.random(1000, 9999)
  local headers, body
  if kind ~= "json" then
    local visit = visits[sent % #visits + 1]
    headers = "Cookie: " .. visit.cookie .. "\r\n"
    body = "csrf=" .. visit.token .. "&idempotency=" .. key() .. "&row=" .. row .. "&phone=" .. phone .. fields
  else
    headers = "Idempotency-Key: " .. key() .. "\r\n"
    body = '{"row":' .. row .. ',"phone":"' .. phone .. '",' .. fields .. "}"
  end
  return head .. headers .. address() .. "Content-Length: " .. #body .. "\r\n\r\n" .. body
end

function response(status, headers, body)
  local number
  if kind ~= "json" then
    number = status == 303 and headers["Location"]:match("^/receipts/(.+)$")
  else
    number = status == 201 and body:match('"number":"(.-)"')
  end
  if number then
    numbers[#numbers + 1] = number
  else
    refused[tostring(status)] = (refused[tostring(status)] or 0) + 1
  end
end

-- Prints how many were acknowledged a second, and what else was answered.
function done(summary, latency, _)
  local out = io.open(os.getenv("ACKNOWLEDGED"), "a")
  local count, others = 0, {}
  for _, thread in ipairs(threads) do
    for _, number in ipairs(thread:get("numbers")) do
      out:write(number, "\n")
      count = count + 1
    end
    for status, times in pairs(thread:get("refused")) do others[status] = (others[status] or 0) + times end
  end
  out:close()
  local line = string.format("acknowledged %d rate %.0f p50 %.1f p99 %.1f errors %d", count, count / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout)
  for status, times in pairs(others) do line = line .. " status_" .. status .. " " .. times end
  print(line)
end

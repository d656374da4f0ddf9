-- What one run of the load tool tells: printed as one JSON line.
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.3f, "p50": %.2f, "p95": %.2f, "bytes": %d, "errors": %d, "refused": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    summary.bytes, errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end

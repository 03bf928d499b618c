"""Visit one address with several clients at once, in a process of its own.

`python load.py URL SESSION CLIENTS SECONDS` prints requests a second, the median and
the 95th percentile of the milliseconds, and how many failed, as JSON.
"""

import http.client
import json
import statistics
import sys
import threading
import time
import urllib.parse


def main(url, session, clients, seconds):
    """Visit, and print what was seen."""
    parts = urllib.parse.urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    end = time.monotonic() + float(seconds)
    times, failed = [], []

    def work():
        while time.monotonic() < end:
            begun = time.perf_counter()
            connection = http.client.HTTPConnection(parts.netloc, timeout=120)
            try:
                connection.request(
                    "GET", path, headers={"Cookie": f"session_id={session}"}
                )
                answer = connection.getresponse()
                answer.read()
                good = answer.status == 200
            except (OSError, http.client.HTTPException):
                good = False
            finally:
                connection.close()
            (times if good else failed).append((time.perf_counter() - begun) * 1000)

    begun = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(int(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - begun
    cuts = statistics.quantiles(times, n=20) if len(times) > 1 else [0] * 19
    found = {
        "rate": len(times) / took,
        "median": statistics.median(times) if times else 0,
        "p95": cuts[18],
        "failed": len(failed),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The emulator's process: ministack, and what AWS does that it does not."""

from local.emulator import serve
from local.rehearsal.cloud import (
    calls,
    folder,
    gateway,
    mail,
    mappings,
    notices,
    rights,
    runtime,
)

if __name__ == "__main__":
    calls.install(folder())
    gateway.install()
    mappings.install()
    notices.install()
    mail.install(folder())
    rights.install()
    runtime.install(folder())
    serve()

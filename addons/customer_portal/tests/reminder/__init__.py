from . import (
    test_reminder,
    test_reminder_desk,
    test_reminder_news,
    test_reminder_page,
    test_reminder_steps,
)

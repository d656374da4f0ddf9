"""The standards we publish ask only for lessons that we teach."""

from assessments.asks import LessonsDone
from assessments.presets import load_presets
from assessments.standards import CONTENT, load_standards
from courses import catalogue


def test_every_lesson_a_standard_asks_for_is_in_the_catalogue() -> None:
    taught = {lesson.id for lesson in catalogue.current().lessons}
    presets = [preset.standard for preset in load_presets().values()]
    for standard in [*load_standards(CONTENT / "standards").values(), *presets]:
        asked = {each for c in standard.clauses if isinstance(c, LessonsDone) for each in c.lessons}
        assert asked <= taught, standard.id

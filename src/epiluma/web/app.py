"""The web app: `create_app` puts the parts together and refuses to start where one of them is unsafe."""

from functools import partial, update_wrapper
from typing import Any

from flask import Flask
from flask_babel import Babel, format_date
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect

from epiluma.bundle.read import Bundle
from epiluma.imaging.decode import LIMITS
from epiluma.inference.classifier import Classifier
from epiluma.records import NOTICE
from epiluma.settings import Settings
from epiluma.web import sitemap, wording
from epiluma.web.access import ANYONE, allow, refuse_undeclared
from epiluma.web.api.v1.predictions import api
from epiluma.web.errors import handle_errors
from epiluma.web.figures import Figures
from epiluma.web.icons import icon
from epiluma.web.in_browser import model_address, reader_megabytes
from epiluma.web.languages import chosen_language, gettext, language_choices, language_url, page_language, speak
from epiluma.web.logs import log_requests
from epiluma.web.pages.about_model import about_model
from epiluma.web.pages.diagnoses import diagnoses
from epiluma.web.pages.guides import guides
from epiluma.web.pages.health import health
from epiluma.web.pages.installable import installable, page_colours
from epiluma.web.pages.model import model
from epiluma.web.pages.project import project
from epiluma.web.pages.reading import pages
from epiluma.web.pages.several import several
from epiluma.web.pages.words import words
from epiluma.web.result import pattern_result
from epiluma.web.security import secure
from epiluma.web.statics import serve_statics
from epiluma.web.uploads import limit_uploads
from epiluma.web.words import words_address


def create_app(settings: Settings, classifier: Classifier) -> Flask:
    """Make the app.

    Args:
        settings: where keys are kept.
        classifier: reads every picture; make it in the process that serves, after any fork.

    Raises:
        UndeclaredViewError: a view does not say who may call it.
        ConfigError: the key that signs cookies can be neither read nor made.

    Example:
        >>> import epiluma
        >>> from epiluma.settings import Settings
        >>> app = create_app(Settings(secret_key="a key"), epiluma.Classifier(epiluma.load_bundle()))
        >>> app.test_client().get("/healthz").json["status"]
        'ok'
    """
    app = Flask("epiluma.web", static_folder=None, static_url_path="/static")
    app.extensions["epiluma.classifier"] = classifier
    app.extensions["epiluma.figures"] = Figures.of(classifier.bundle)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # a record's keys keep their order
    log_requests(app)
    secure(app, settings)
    limit_uploads(app)
    serve_statics(app)
    CSRFProtect(app).exempt(api)
    Babel(app, locale_selector=chosen_language)
    speak(app)
    Bootstrap5(app)
    _name_in_templates(app)
    _name_for_readers(app, classifier.bundle)
    for blueprint in (pages, several, guides, diagnoses, words, model, about_model, project, installable, health, api):
        app.register_blueprint(blueprint)
    # The package's own view of its public files, declared on its behalf; a method takes no mark, a partial does.
    view: Any = app.view_functions["bootstrap.static"]
    app.view_functions["bootstrap.static"] = allow(ANYONE)(update_wrapper(partial(view), view))
    handle_errors(app)
    refuse_undeclared(app)
    return app


def _name_in_templates(app: Flask) -> None:
    @app.context_processor
    def names() -> dict[str, object]:
        return {"notice": gettext(NOTICE)}

    app.jinja_env.globals.update(
        icon=icon,
        language=page_language,
        language_choices=language_choices,
        language_url=language_url,
        long_date=partial(format_date, format="long"),
        header_links=sitemap.header_links,
        footer_groups=sitemap.footer_groups,
        current=sitemap.current,
        href=sitemap.href,
        problem_text=wording.problem_text,
        modalities={modality.value: text for modality, text in wording.MODALITIES.items()},
        tier_shapes=[tier.shape for tier in wording.TIERS.values()],
        pattern_result=pattern_result,
        max_bytes=LIMITS.max_bytes,
        page_colours=page_colours,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _name_for_readers(app: Flask, bundle: Bundle) -> None:
    """Give templates what a page needs that reads pictures by itself."""
    app.jinja_env.globals.update(
        model_address=partial(model_address, bundle),
        reader_megabytes=reader_megabytes(bundle),
        words_address=partial(words_address, app.extensions["epiluma.figures"]),
    )

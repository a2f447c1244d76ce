"""The description of the API is complete: operations named and told, every model with an example that fits."""

import jsonschema_rs
import pytest

from graph_service.api.app import create_app


@pytest.fixture(scope="module")
def described():
    return create_app().openapi()


def operations(described):
    for path, methods in described["paths"].items():
        for method, each in methods.items():
            yield f"{method.upper()} {path}", each


def test_every_model_has_an_example_that_fits_it(described):
    schemas = described["components"]["schemas"]
    for schema in schemas.values():
        if schema.get("type") != "object":
            continue
        for example in schema["examples"]:
            whole = {"components": {"schemas": schemas}, **schema}
            jsonschema_rs.Draft202012Validator(whole).validate(example)


def test_every_operation_has_a_stable_id_a_sentence_and_its_problems(described):
    ids = [each["operationId"] for _, each in operations(described)]
    assert len(ids) == len(set(ids)) >= 45
    for label, each in operations(described):
        assert each.get("description"), label
        if "/api/v1/" in label:
            assert {"401", "403", "422", "503"} <= set(each["responses"]), label
            for status, answer in each["responses"].items():
                if status >= "400":
                    assert list(answer["content"]) == ["application/problem+json"], (label, status)


def test_every_parameter_says_what_it_is(described):
    for label, each in operations(described):
        for parameter in each.get("parameters", []):
            assert parameter.get("description"), (label, parameter["name"])

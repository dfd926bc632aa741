from typing import Any


def test_the_parent_is_a_link_that_makes_a_tree(make: Any) -> None:
    field = make("parent", targets=("category",), target_tree=True)
    assert field.survives(5, excel=False)
    assert field.type.tree
    assert "under" in field.type.operators
    assert field.type.value_type(field.definition).tree
    assert field.type.columns(field.definition)[0].target == "category"

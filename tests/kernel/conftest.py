from tests.append_only import lift_while_emptying

lift_while_emptying()

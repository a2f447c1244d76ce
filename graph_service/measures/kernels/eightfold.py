"""Eight numbers at a time, as one value of a compiled loop: for eight terms that go through one pass together.

Left to itself the compiler handles the lanes one by one, because it cannot see that two rows of one array are two
rows; and a sum that stays in a variable of this kind stays in a register. Arrays are flat float64, positions the
caller's care: nothing is checked. A byte says for each lane whether it is meant (`bits`).
"""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import ConcreteTemplate, infer_global, signature
from numba.extending import intrinsic, models, register_model

from .structure import LN_2, ROOT_HALF, SERIES

LANES = 8
_VECTOR = ir.VectorType(ir.DoubleType(), LANES)
_WIDE = ir.VectorType(ir.IntType(64), LANES)
_TRUTHS = ir.VectorType(ir.IntType(1), LANES)
_PLACE = ir.IntType(32)


class _Eight(types.Type):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__(name="eight")


eight = _Eight()


@register_model(_Eight)
class _Register(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


class _Arithmetic(ConcreteTemplate):  # type: ignore[misc]
    cases = (signature(eight, eight, eight),)


for _sign, _instruction in ((operator.add, "fadd"), (operator.iadd, "fadd"), (operator.mul, "fmul")):
    infer_global(_sign)(type(f"_{_instruction}", (_Arithmetic,), {"key": _sign}))
    lower_builtin(_sign, eight, eight)(
        lambda context, builder, signature, args, instruction=_instruction: getattr(builder, instruction)(*args)
    )


def _every(number: float) -> Any:
    return ir.Constant(_VECTOR, [number] * LANES)


def _at(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, args[0])
    return builder.bitcast(builder.gep(array.data, [args[1]]), _VECTOR.as_pointer())


def _truths(builder: Any, bits: Any) -> Any:
    byte = builder.trunc(bits, ir.IntType(LANES)) if bits.type.width > LANES else bits
    return builder.bitcast(byte, _TRUTHS)


@intrinsic
def load(typingctx, array, i):
    """array[i:i+8]."""
    return eight(array, i), lambda c, builder, s, args: builder.load(_at(c, builder, s, args), align=8)


@intrinsic
def store(typingctx, array, i, x):
    """Make array[i:i+8] = x."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[2], _at(context, builder, signature, args), align=8)
        return context.get_dummy_value()

    return types.void(array, i, x), codegen


@intrinsic
def nothing(typingctx):
    """Eight zeros."""
    return eight(), lambda c, builder, s, args: _every(0.0)


@intrinsic
def times(typingctx, x, factor):
    """x factor, where the factor is one number."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        first = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), args[1], ir.Constant(_PLACE, 0))
        everywhere = ir.Constant(ir.VectorType(_PLACE, LANES), [0] * LANES)
        return builder.fmul(args[0], builder.shuffle_vector(first, first, everywhere))

    return eight(x, factor), codegen


@intrinsic
def larger(typingctx, x, y):
    """The larger of both, lane by lane."""
    return eight(x, y), lambda c, b, s, args: b.select(b.fcmp_ordered(">", *args), *args)


@intrinsic
def reciprocal(typingctx, x):
    """1 / x, or 0 where x is 0: a dead lane then adds nothing."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        some = builder.fcmp_ordered(">", args[0], _every(0.0))
        return builder.select(some, builder.fdiv(_every(1.0), args[0]), _every(0.0))

    return eight(x), codegen


@intrinsic
def positive(typingctx, x):
    """Which of the eight are greater than 0, as bits."""
    return types.uint8(x), lambda c, b, s, args: b.bitcast(b.fcmp_ordered(">", args[0], _every(0.0)), ir.IntType(8))


@intrinsic
def improper(typingctx, x):
    """Which of the eight are negative, infinite or not a number, as bits."""

    def codegen(context: Any, b: Any, signature: Any, args: Any) -> Any:
        negative = b.fcmp_unordered("<", args[0], _every(0.0))
        return b.bitcast(b.or_(negative, b.fcmp_unordered(">=", args[0], _every(float("inf")))), ir.IntType(8))

    return types.uint8(x), codegen


@intrinsic
def only(typingctx, x, bits):
    """x where the bit is set, else 0."""
    return eight(x, bits), lambda c, b, s, args: b.select(_truths(b, args[1]), args[0], _every(0.0))


@intrinsic
def counting(typingctx, x, bits):
    """x + 1 where the bit is set, else x."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        more = builder.fadd(args[0], _every(1.0))
        return builder.select(_truths(builder, args[1]), more, args[0])

    return eight(x, bits), codegen


@intrinsic
def logarithm(typingctx, x):
    """As `structure.ln`; some finite number where x is 0."""

    def codegen(context: Any, b: Any, signature: Any, args: Any) -> Any:
        def whole(number: int) -> Any:
            return ir.Constant(_WIDE, [number] * LANES)

        bits = b.bitcast(args[0], _WIDE)
        power = b.ashr(b.sub(bits, whole(int(ROOT_HALF))), whole(52))
        m = b.bitcast(b.sub(bits, b.shl(power, whole(52))), _VECTOR)
        s = b.fdiv(b.fsub(m, _every(1.0)), b.fadd(m, _every(1.0)))
        z = b.fmul(s, s)
        series = _every(SERIES[0])
        for term in SERIES[1:]:
            series = b.fadd(b.fmul(series, z), _every(term))
        series = b.fadd(s, b.fmul(b.fmul(s, z), series))
        return b.fadd(b.fmul(_every(2.0), series), b.fmul(b.sitofp(power, _VECTOR), _every(LN_2)))

    return eight(x), codegen


@intrinsic
def hashed(typingctx, x):
    """One number that depends on all bits of the eight."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        odd = [(0x9E3779B97F4A7C15 * (2 * lane + 1)) % 2**64 | 1 for lane in range(LANES)]
        mixed = builder.mul(builder.bitcast(args[0], _WIDE), ir.Constant(_WIDE, odd))
        for half in (4, 2, 1):
            moved = ir.Constant(ir.VectorType(_PLACE, LANES), [(lane + half) % LANES for lane in range(LANES)])
            mixed = builder.add(mixed, builder.shuffle_vector(mixed, ir.Constant(_WIDE, ir.Undefined), moved))
        return builder.extract_element(mixed, ir.Constant(_PLACE, 0))

    return types.uint64(x), codegen

"""Arithmetic on eight numbers at a time, for eight terms that go through one pass together.

The compiler cannot prove that two rows of one array are different rows, so it would handle the eight lanes one
by one. Each operation here takes `x[xi:xi+8]` (and so on) as one vector and writes `into[i:i+8]`; all arrays
are flat float64. Offsets are the caller's care: nothing is checked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.imputils import impl_ret_untracked
from numba.extending import intrinsic

LANES = 8
_VECTOR = ir.VectorType(ir.DoubleType(), LANES)


def _at(context: Any, builder: Any, signature: Any, args: Any, k: int) -> Any:
    array = context.make_array(signature.args[k])(context, builder, args[k])
    return builder.bitcast(builder.gep(array.data, [args[k + 1]]), _VECTOR.as_pointer())


def _op(arguments: Any, compute: Callable[..., Any]) -> Any:
    """Signature and code of one operation: `compute(builder, into, x, y, ...)` gives what is stored."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        places = [_at(context, builder, signature, args, k) for k in range(0, len(args), 2)]
        values = [builder.load(pointer, align=8) for pointer in places]
        builder.store(compute(builder, *values), places[0], align=8)
        return impl_ret_untracked(context, builder, signature.return_type, context.get_dummy_value())

    return types.void(*arguments), codegen


def _bits(compute: Callable[..., Any]) -> Callable[..., Any]:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        x = builder.load(_at(context, builder, signature, args, 0), align=8)
        return builder.bitcast(compute(builder, x), ir.IntType(8))

    return codegen


@intrinsic
def positive(typingctx, x, xi):
    """Which of the eight are greater than 0, as the bits of a byte."""
    zero = ir.Constant(_VECTOR, [0.0] * LANES)
    return types.uint8(x, xi), _bits(lambda b, x: b.fcmp_ordered(">", x, zero))


@intrinsic
def improper(typingctx, x, xi):
    """Which of the eight are negative, infinite or not a number, as the bits of a byte."""
    zero = ir.Constant(_VECTOR, [0.0] * LANES)
    infinite = ir.Constant(_VECTOR, [float("inf")] * LANES)

    def compute(b: Any, x: Any) -> Any:
        return b.or_(b.fcmp_unordered("<", x, zero), b.fcmp_unordered(">=", x, infinite))

    return types.uint8(x, xi), _bits(compute)


@intrinsic
def set_scaled(typingctx, into, i, x, xi, factor):
    """Into = x factor."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        x = builder.load(_at(context, builder, signature, args, 2), align=8)
        scaled = ir.Constant(_VECTOR, ir.Undefined)
        for lane in range(LANES):
            scaled = builder.insert_element(scaled, args[4], ir.Constant(ir.IntType(32), lane))
        builder.store(builder.fmul(x, scaled), _at(context, builder, signature, args, 0), align=8)
        return context.get_dummy_value()

    return types.void(into, i, x, xi, factor), codegen


@intrinsic
def set_largest(typingctx, into, i, x, xi):
    """Into = max(into, x)."""
    return _op((into, i, x, xi), lambda b, into, x: b.select(b.fcmp_ordered(">", x, into), x, into))


@intrinsic
def set_reciprocal(typingctx, into, i, x, xi):
    """Into = 1 / x, or 0 where x is 0: a dead lane then adds nothing."""
    one, zero = ir.Constant(_VECTOR, [1.0] * LANES), ir.Constant(_VECTOR, [0.0] * LANES)

    def compute(b: Any, into: Any, x: Any) -> Any:
        return b.select(b.fcmp_ordered(">", x, zero), b.fdiv(one, x), zero)

    return _op((into, i, x, xi), compute)


@intrinsic
def hashed(typingctx, x, xi):
    """One number that depends on all bits of the eight."""
    wide = ir.VectorType(ir.IntType(64), LANES)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        x = builder.load(_at(context, builder, signature, args, 0), align=8)
        odd = [(0x9E3779B97F4A7C15 * (2 * lane + 1)) % 2**64 | 1 for lane in range(LANES)]
        mixed = builder.mul(builder.bitcast(x, wide), ir.Constant(wide, odd))
        for half in (4, 2, 1):
            moved = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [(lane + half) % LANES for lane in range(LANES)])
            mixed = builder.add(mixed, builder.shuffle_vector(mixed, ir.Constant(wide, ir.Undefined), moved))
        return builder.extract_element(mixed, ir.Constant(ir.IntType(32), 0))

    return types.uint64(x, xi), codegen


@intrinsic
def add(typingctx, into, i, x, xi):
    """Into += x."""
    return _op((into, i, x, xi), lambda b, into, x: b.fadd(into, x))


@intrinsic
def add_product(typingctx, into, i, x, xi, y, yi):
    """Into += x y."""
    return _op((into, i, x, xi, y, yi), lambda b, into, x, y: b.fadd(into, b.fmul(x, y)))


@intrinsic
def add_product3(typingctx, into, i, x, xi, y, yi, z, zi):
    """Into += x y z."""
    return _op(
        (into, i, x, xi, y, yi, z, zi),
        lambda b, into, x, y, z: b.fadd(into, b.fmul(b.fmul(x, y), z)),
    )


@intrinsic
def set_share(typingctx, into, i, x, xi, y, yi, z, zi, living, li):
    """Into = ((x + living y) z)^2."""

    def compute(b: Any, into: Any, x: Any, y: Any, z: Any, living: Any) -> Any:
        share = b.fmul(b.fadd(x, b.fmul(living, y)), z)
        return b.fmul(share, share)

    return _op((into, i, x, xi, y, yi, z, zi, living, li), compute)

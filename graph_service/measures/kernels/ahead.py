"""Ask the memory for something before it is needed, while the loop is busy with what came earlier."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic


@intrinsic
def fetch(typingctx, array, i):
    """Start to bring the cache line of flat position `i` of a contiguous array; never faults, changes nothing."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        word = ir.IntType(32)
        bytes_ = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [bytes_, word, word, word])
        function = builder.module.declare_intrinsic("llvm.prefetch", [bytes_], kind)
        place = builder.bitcast(builder.gep(data, [args[1]]), bytes_)
        # Read, keep in every cache, data.
        builder.call(function, [place, ir.Constant(word, 0), ir.Constant(word, 3), ir.Constant(word, 1)])
        return context.get_dummy_value()

    return types.void(array, i), codegen

#include "kernels/runtime.hpp"

#include "kernels/detail/arrays.hpp"

#include <Kokkos_Core.hpp>

namespace longyang::kernels {

Runtime::Runtime() : owned_(!Kokkos::is_initialized()) {
    if (owned_) {
        Kokkos::initialize();
    }
}

Runtime::~Runtime() {
    if (owned_ && Kokkos::is_initialized()) {
        Kokkos::finalize();
    }
}

Backend backend() {
    // KOKKOS_VERSION = 10000 major + 100 minor + patch; the only form that Kokkos 3, 4 and 5 share.
    constexpr int version = KOKKOS_VERSION;
    return {Kokkos::DefaultExecutionSpace::name(),
            std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + "." +
                std::to_string(version % 100),
            Kokkos::is_initialized() ? Kokkos::DefaultExecutionSpace().concurrency() : 0,
            detail::on_host};
}

std::string describe_backend() {
    const Backend b = backend();
    return "Kokkos " + b.version + ", " + b.name +
           (b.concurrency > 0 ? ", concurrency " + std::to_string(b.concurrency) : "");
}

} // namespace longyang::kernels

// write_example_results OUT.h5 [HOURS]: the example's results file, for the tests of the Python
// reader. write_example_results --format: docs/formats/results.md.
#include "base/comm.hpp"
#include "base/error.hpp"
#include "example.hpp"
#include "results/datasets.hpp"
#include "results/write.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

int write_example(const std::string& path, int hours) {
    using namespace longyang;
    const Comm comm(MPI_COMM_WORLD);
    const grid::System system = results::example::make_system();
    const auto owners = results::example::make_owners(system, comm.size());
    const auto content =
        results::example::make_content(system, owners, comm.rank(), {14 * 24, hours});
    try {
        results::write_results(comm, path, system, owners, content);
    } catch (const Error& e) {
        if (comm.root()) {
            std::fprintf(stderr, "%s\n", e.what());
        }
        return static_cast<int>(e.code());
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const longyang::MpiScope mpi(argc, argv);
    if (argc == 2 && std::string(argv[1]) == "--format") {
        std::fputs(longyang::results::describe_format().c_str(), stdout);
        return 0;
    }
    if (argc < 2) {
        std::fputs("usage: write_example_results OUT.h5 [HOURS] | --format\n", stderr);
        return 2;
    }
    return write_example(argv[1], argc > 2 ? std::atoi(argv[2]) : 48);
}

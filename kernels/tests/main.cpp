// main() of the kernels' tests: no MPI, and the backend runs for all of them.
#include "kernels/runtime.hpp"

#include <gtest/gtest.h>

#include <iostream>

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    const longyang::kernels::Runtime runtime;
    std::cout << longyang::kernels::describe_backend() << '\n';
    return RUN_ALL_TESTS();
}

#pragma once

// Starts the kernels' backend for all tests of a program that includes this (in one file).

#include "kernels/runtime.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace longyang::testing {

class KernelRuntime : public ::testing::Environment {
public:
    void SetUp() override { runtime_ = std::make_unique<kernels::Runtime>(); }
    void TearDown() override { runtime_.reset(); }

private:
    std::unique_ptr<kernels::Runtime> runtime_;
};

inline ::testing::Environment* const kernel_runtime =
    ::testing::AddGlobalTestEnvironment(new KernelRuntime); // GoogleTest owns it

} // namespace longyang::testing

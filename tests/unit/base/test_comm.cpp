#include "base/comm.hpp"
#include "base/meet.hpp"
#include "base/pieces.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstring>
#include <string>
#include <thread>

namespace {

using namespace longyang;

std::vector<std::byte> bytes_of(const std::string& text) {
    std::vector<std::byte> bytes(text.size());
    if (!text.empty()) { // an empty vector has no place to copy to
        std::memcpy(bytes.data(), text.data(), text.size());
    }
    return bytes;
}

std::string text_of(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(Comm, SharesCoverAllItemsOnce) {
    const Comm comm = world();
    const Share mine = share_of(comm, 10);
    EXPECT_EQ(sum(comm, static_cast<long long>(mine.end - mine.begin)), 10);
    EXPECT_EQ(mine.begin,
              10 * static_cast<std::size_t>(comm.rank()) / static_cast<std::size_t>(comm.size()));
}

TEST(Comm, BytesComeTogetherAndGoApart) {
    const Comm comm = world();
    // Rank 1 has nothing to say.
    const std::string mine = comm.rank() == 1 ? "" : "rank " + std::to_string(comm.rank());
    const auto parts = gather_bytes(comm, bytes_of(mine));
    EXPECT_EQ(parts.size(), comm.root() ? static_cast<std::size_t>(comm.size()) : 0U);
    EXPECT_EQ(text_of(scatter_bytes(comm, parts)), mine);
    auto from_root = bytes_of(comm.root() ? "the root's words" : "something longer than them");
    broadcast_bytes(comm, from_root);
    EXPECT_EQ(text_of(from_root), "the root's words");
}

// As messages longer than MPI counts do, in pieces of a whole number, with a rest, and one alone.
TEST(Comm, LongMessagesGoInPieces) {
    const Comm comm = world();
    const int last = comm.size() - 1;
    const std::string words = "what is longer than a piece";
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{5}, words.size(), std::size_t{99}}) {
        std::vector<std::byte> bytes =
            bytes_of(comm.root() ? words : std::string(words.size(), '-'));
        pieces::broadcast(comm, bytes, piece);
        EXPECT_EQ(text_of(bytes), words) << "rank " << comm.rank() << ", pieces of " << piece;
        if (last > 0 && comm.root()) {
            pieces::send(comm, bytes_of("back" + words), last, piece);
        } else if (last > 0 && comm.rank() == last) {
            std::vector<std::byte> received(words.size() + 4);
            pieces::receive(comm, received, 0, piece);
            EXPECT_EQ(text_of(received), "back" + words) << "pieces of " << piece;
        }
    }
}

TEST(Comm, SumsAreAddedInRankOrder) {
    const Comm comm = world();
    // 1e16 + 1 - 1e16: what is left depends on the order. More than one piece of the exchange.
    const double part[] = {1e16, 1.0, -1e16};
    std::vector<double> values(70000, part[comm.rank()]);
    sum_in_order(comm, values);
    double expected = 0.0;
    for (int r = 0; r < comm.size(); ++r) {
        expected += part[r];
    }
    EXPECT_EQ(values.front(), expected);
    EXPECT_EQ(values.back(), expected);
}

TEST(Comm, OneRanksFailureIsEveryRanks) {
    const Comm comm = world();
    const int last = comm.size() - 1;
    try {
        agree(comm, [&] {
            if (comm.rank() == last) {
                throw Error(Exit::file, "disk full");
            }
        });
        FAIL() << "nothing was thrown";
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), Exit::file);
        EXPECT_EQ(std::string(e.what()), "disk full");
    }
}

TEST(Comm, TheLowestRanksWordsCountTheOthers) {
    const Comm comm = world();
    try {
        agree(comm, [&] {
            throw Error(Exit::numerical, "rank " + std::to_string(comm.rank()) + " failed");
        });
        FAIL() << "nothing was thrown";
    } catch (const Error& e) {
        EXPECT_EQ(std::string(e.what()), comm.size() == 1 ? "rank 0 failed"
                                                          : "rank 0 failed (and " +
                                                                std::to_string(comm.size() - 1) +
                                                                " other ranks failed)");
    }
}

TEST(Comm, AnUnknownExceptionIsADefect) {
    try {
        agree(world(), [] { throw std::runtime_error("odd"); });
        FAIL() << "nothing was thrown";
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), Exit::defect);
    }
}

TEST(Comm, RanksRestUntilTheLastOneComes) {
    const Comm comm = world();
    const auto begin = std::chrono::steady_clock::now();
    if (comm.root()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    rest(comm);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(50));
}

TEST(Comm, WhoDoesNotComeIsNotWaitedForForEver) {
    const Comm comm = world();
    if (comm.root()) {
        EXPECT_EQ(meet(comm, 0.05), comm.size() == 1);
    } else {
        std::this_thread::sleep_for(std::chrono::milliseconds(400));
        EXPECT_TRUE(meet(comm, 10.0)); // the root has been there
    }
    rest(comm);
}

TEST(Comm, TheLargestIsFoundAmongNegativeNumbers) {
    const Comm comm = world();
    EXPECT_DOUBLE_EQ(max(comm, -1.0 - comm.rank()), -1.0);
}

} // namespace

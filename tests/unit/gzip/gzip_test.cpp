#include "gzip/gzip.hpp"

#include <gtest/gtest.h>

namespace scop::gzip {
namespace {

TEST(GzipTest, what_is_packed_unpacks_to_the_same) {
  for (const auto& text : {std::string(), std::string("a"), std::string(300'000, 'x')}) {
    EXPECT_EQ(inflate(deflate(text)), text);
  }
}

TEST(GzipTest, the_same_octets_pack_to_the_same) { EXPECT_EQ(deflate("report"), deflate("report")); }

TEST(GzipTest, what_is_cut_short_or_no_gzip_is_malformed) {
  const auto packed = deflate("some text that is long enough");
  for (std::size_t size = 0; size < packed.size(); ++size) {
    const auto text = inflate(std::string_view(packed).substr(0, size));
    ASSERT_FALSE(text) << size;
    EXPECT_EQ(text.error().kind, ErrorKind::malformed) << size;
  }
  EXPECT_FALSE(inflate("not gzip at all"));
}

TEST(GzipTest, a_bomb_stops_while_it_unpacks) {
  EXPECT_EQ(inflate(deflate(std::string(70U << 20U, ' '))).error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace scop::gzip

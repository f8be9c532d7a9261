#include <gtest/gtest.h>

#include <array>
#include <map>

#include "bayes/learn.hpp"
#include "bayes/tokenize.hpp"

using namespace scop;
using namespace scop::bayes;

namespace {

constexpr HashKey key{1, 2};

Tokens tokens_of(std::string_view text) {
  mime_text::Charsets charsets;
  return tokenize("From: a@example.org\nSubject: test\n\n" + std::string(text) + "\n", charsets);
}

std::map<Key, Counts> content(const Table& table) {
  std::map<Key, Counts> all;
  table.for_each([&](const Entry& entry) {
    auto counts = entry.counts;
    counts.day = 0;
    all[entry.key] = counts;
  });
  return all;
}

Lesson teach(Table& table, const Tokens& tokens, bool spam, Day day = 1) {
  const auto features = expand(tokens, key);
  const Lesson lesson{.spam = spam, .steps = plan_steps(features, {}, table, spam)};
  apply(table, features, lesson, day);
  return lesson;
}

bool has(const Tokens& tokens, std::string_view wanted) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens.at(i) == wanted) return true;
  }
  return false;
}

Table taught() {
  Table table;
  for (int i = 0; i < 20; ++i) {
    teach(table, tokens_of("cheap pills order now " + std::to_string(i)), true);
    teach(table, tokens_of("meeting agenda minutes attached " + std::to_string(i)), false);
  }
  return table;
}

Verdict judge(const Table& table, std::string_view text) {
  const auto tokens = tokens_of(text);
  const std::array<const Table*, 1> tables{&table};
  return classify(tokens, expand(tokens, key), tables);
}

}  // namespace

TEST(Tokens, survive_the_way_to_another_process) {
  const auto tokens = tokens_of("some words here");
  const auto read = Tokens::from_octets(tokens.octets());
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, tokens);
  EXPECT_FALSE(Tokens::from_octets("nonsense"));
  EXPECT_FALSE(Tokens::from_octets(tokens.octets() + std::string(1, '\x7f')));
}

TEST(Tokens, are_the_same_with_either_line_end_and_ignore_other_filters) {
  mime_text::Charsets charsets;
  const auto a = tokenize("From: a@b.example\nSubject: x\n\nhello\n", charsets);
  EXPECT_EQ(a, tokenize("From: a@b.example\r\nSubject: x\r\n\r\nhello\r\n", charsets));
  EXPECT_EQ(a, tokenize("X-Spam-Status: Yes\nFrom: a@b.example\nSubject: x\n\nhello\n", charsets));
  EXPECT_TRUE(has(a, "s:x"));
  EXPECT_TRUE(has(a, "from:a@b.example"));
  EXPECT_TRUE(has(a, "hello"));
}

TEST(Tokens, of_html_hold_the_links_host_and_the_hidden_text) {
  mime_text::Charsets charsets;
  const auto tokens = tokenize(
      "Content-Type: text/html\n\n<a href='http://www.evil.example/x'>http://bank.example/</a><p "
      "style='display:none'>novel</p>",
      charsets);
  EXPECT_TRUE(has(tokens, "url:www.evil.example"));
  EXPECT_TRUE(has(tokens, "url:evil.example"));
  EXPECT_TRUE(has(tokens, "link:shows-other"));
  EXPECT_TRUE(has(tokens, "hidden:novel"));
}

TEST(Table, finds_what_others_going_did_not_touch) {
  Table table;
  for (Key k = 1; k < 5'000; ++k) table.at(k << 8U).ham = static_cast<std::uint32_t>(k);
  for (Key k = 1; k < 5'000; k += 3) table.erase(k << 8U);
  for (Key k = 1; k < 5'000; ++k) {
    const auto* counts = table.find(k << 8U);
    ASSERT_EQ(counts == nullptr, k % 3 == 1) << k;
    if (counts != nullptr) ASSERT_EQ(counts->ham, k);
  }
}

TEST(Classify, tells_what_it_was_taught) {
  const auto table = taught();
  EXPECT_EQ(judge(table, "order cheap pills").label, Label::spam);
  EXPECT_EQ(judge(table, "the agenda of the meeting").label, Label::ham);
  EXPECT_FALSE(judge(table, "order cheap pills").reasons.empty());
  EXPECT_EQ(judge(Table(), "anything").score, 0.5);
}

TEST(Classify, knows_words_that_are_spelt_otherwise_by_their_letters) {
  const auto table = taught();
  const auto score = judge(table, "0rderr cheapp pillz").score;
  EXPECT_GT(score, judge(table, "xyzzy qwfp zxcv").score);
  EXPECT_LT(judge(table, "meetingg agendas minutess").score, score);
}

TEST(Features, of_letters_are_bounded_and_ignore_case) {
  std::string text;  // hardly a triple twice
  for (unsigned i = 0, state = 1; i < 10'000; ++i) {
    state = state * 1'103'515'245 + 12'345;
    text += i % 20 == 0 ? ' ' : static_cast<char>('a' + (state >> 16U) % 26);
  }
  const auto letters = [](std::string_view words) {
    std::vector<Key> keys;
    for (const auto& feature : expand(tokens_of(words), key).list) {
      if (feature.group == Group::letters) keys.push_back(feature.key);
    }
    return keys;
  };
  EXPECT_EQ(letters(text).size(), most_triples);
  EXPECT_EQ(letters("Order NOW"), letters("order now"));
  EXPECT_NE(letters("order now"), letters("order later"));
}

TEST(Learn, is_undone_exactly) {
  auto table = taught();
  const auto before = content(table);
  const auto totals = table.totals;
  const auto tokens = tokens_of("quite other cheap words of the agenda");
  const auto lesson = teach(table, tokens, true);
  for (const auto step : lesson.steps) EXPECT_NE(step, 0);
  EXPECT_NE(content(table), before);
  undo(table, expand(tokens, key), lesson);
  EXPECT_EQ(content(table), before);
  EXPECT_EQ(table.totals, totals);
}

TEST(Learn, lets_a_users_table_correct_the_shared_one) {
  const auto shared = taught();
  Table own;
  const auto tokens = tokens_of("order cheap pills");
  const auto features = expand(tokens, key);
  const std::array<const Table*, 1> under{&shared};
  const std::array<const Table*, 2> both{&shared, &own};
  for (int i = 0; i < 3; ++i)
    apply(own, features, {.spam = false, .steps = plan_steps(features, under, own, false)}, 1);
  EXPECT_LT(classify(tokens, features, both).score, 0.5);
  EXPECT_GT(classify(tokens, features, under).score, 0.5);
}

TEST(Forget, drops_the_old_and_then_the_rare) {
  Table table(100);
  for (Key k = 1; k <= 300; ++k)
    table.set(k, {.ham = k > 250 ? 9U : 1U, .day = static_cast<Day>(k <= 50 ? 1 : 10)});
  EXPECT_EQ(forget(table, 5).size(), 300U - table.size());
  EXPECT_LE(table.size(), 100U);
  EXPECT_EQ(table.find(10), nullptr);
  EXPECT_NE(table.find(300), nullptr);
}

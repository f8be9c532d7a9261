// A field's value as it is written, piece by piece, and beside it the value that a reader must decode from
// it.
#pragma once

#include <string>
#include <string_view>

#include "corpus/random.hpp"
#include "corpus/scripts.hpp"

namespace scop::corpus {

// How messages of a grade are written.
struct Manner {
  bool obsolete = false;  // RFC 5322 4
  bool utf8 = false;      // RFC 6532: header fields in UTF-8
  std::string_view line_end = "\r\n";
};

class FieldText {
 public:
  FieldText(Random& random, const Manner& manner, std::string_view name)
      : random_(random), manner_(manner), column_(name.size() + 1) {}

  // The same in both.
  void add(std::string_view text) { add(text, text); }
  void add(std::string_view written, std::string_view decoded);
  // White space between two pieces, folded where the line gets long or by chance.
  void space();
  // Where nothing need stand: white space, a comment, or mostly nothing.
  void optional_space(unsigned percent = 5);
  // RFC 2047 encoded words; in a phrase only with RFC 2047 5 (3)'s characters. The text begins and ends
  // without white space, and no other encoded words may stand beside it.
  void encoded(const Script& script, std::string_view charset, std::string_view text, bool in_phrase);
  // "text", quoted.
  void quoted(std::string_view text);
  void comment();

  Random& random() { return random_; }
  const Manner& manner() const { return manner_; }
  const std::string& written() const { return written_; }
  // What a reader shows: without white space at the ends.
  std::string decoded() const;

 private:
  void encoded_word(std::string_view charset, std::string_view chunk, bool base64, bool in_phrase);
  std::string fold();
  Random& random_;
  const Manner& manner_;
  std::size_t column_;
  std::string written_;
  std::string decoded_;
};

}  // namespace scop::corpus

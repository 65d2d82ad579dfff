using System.Buffers.Binary;
using System.Text;

namespace EventBus.Tests.Fixtures;

/// <summary>The fields of a message in protobuf's wire format, by number; as much of it as OTLP takes.</summary>
sealed class ProtobufMessage
{
    readonly List<(int Field, ReadOnlyMemory<byte> Bytes, ulong Number)> _fields = [];

    public ProtobufMessage(ReadOnlyMemory<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var tag = Varint(bytes.Span, ref at);
            var (field, type) = ((int)(tag >> 3), (int)(tag & 7));
            var length = type switch
            {
                1 => 8,
                2 => (int)Varint(bytes.Span, ref at),
                5 => 4,
                _ => 0,
            };
            _fields.Add(type switch
            {
                0 => (field, default, Varint(bytes.Span, ref at)),
                1 => (field, default, BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[at..])),
                _ => (field, bytes.Slice(at, length), 0),
            });
            at += length;
        }
    }

    public IEnumerable<ProtobufMessage> Messages(int field) => _fields.Where(f => f.Field == field).Select(f => new ProtobufMessage(f.Bytes));

    public bool Has(int field) => _fields.Exists(f => f.Field == field);

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field).Span);

    public string Hex(int field) => Convert.ToHexStringLower(Bytes(field).Span);

    public ulong Number(int field) => _fields.LastOrDefault(f => f.Field == field).Number;

    ReadOnlyMemory<byte> Bytes(int field) => _fields.LastOrDefault(f => f.Field == field).Bytes;

    static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
